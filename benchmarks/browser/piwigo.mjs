// Starts a Piwigo to measure beside ImageHub: its release on Debian's nginx, PHP and MariaDB, all children of this process.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort, launch, password, run, untilAnswers, warmUp } from "./gallery.mjs";

const packages = ["nginx-light", "php-fpm", "php-imagick", "php-mysql", "php-mbstring", "php-xml", "mariadb-server"];
const programs = ["/usr/sbin/nginx", "/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db"];
const user = os.userInfo().username;

/** A Piwigo server in a temporary folder. `release`: a folder with Piwigo's unpacked release, which stays unchanged. */
export class Piwigo {
  #servers = [];
  #cookie = "";

  constructor(release) {
    this.release = path.resolve(release);
    const missing = ["install.php", "themes/modus"].find((needed) => !fs.existsSync(path.join(this.release, needed)));
    if (missing) throw new Error(`${this.release} is not Piwigo's release with its default theme: it has no ${missing}.`);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-piwigo-"));
  }

  async start() {
    const php = findPhp();
    console.log("Starting Piwigo ...");
    fs.cpSync(this.release, path.join(this.folder, "site"), { recursive: true });
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.#startDatabase();
    const phpConf = this.#write("php-fpm.conf", phpConfiguration(this.folder));
    this.#serve(php, ["--nodaemonize", "--allow-to-run-as-root", "--fpm-config", phpConf]);
    const nginxConf = this.#write("nginx.conf", nginxConfiguration(this.folder, port));
    this.#serve("/usr/sbin/nginx", ["-e", "stderr", "-c", nginxConf]);
    await untilAnswers(`${this.url}/install.php`, () => this.#check());
    await this.#install();
    await this.#call("pwg.session.login", { username: "admin", password });
    this.version = await this.#call("pwg.getVersion");
  }

  /**
   * Adds an album for each title, in this order, with the photos of the title's folder and the first one as its cover. Then makes the sizes
   * that Piwigo would make for the first visitors of the gallery and of the `large` albums, and requests the pages' resources as often as
   * those of ImageHub. Returns the addresses of the large albums.
   */
  async fill(photos, titles, large) {
    console.log("Adding the photos to Piwigo ...");
    const albums = {};
    for (const title of titles) albums[title] = `/index.php?/category/${await this.#addAlbum(title, path.join(photos, title))}`;
    await this.#call("pwg.images.emptyLounge");
    const addresses = large.map((title) => albums[title]);
    console.log("Warming up Piwigo ...");
    const opened = [];
    for (const album of addresses) opened.push((await this.#makeSizes(album))[0]);
    const browser = await launch();
    for (const page of ["/", ...addresses, ...opened]) {
      await visit(browser, this.url + page);
      await warmUp(browser, this.url + page);
    }
    await browser.close();
    return addresses;
  }

  async stop() {
    for (const server of this.#servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #startDatabase() {
    const data = `--datadir=${path.join(this.folder, "database")}`;
    const install = ["--no-defaults", data, `--user=${user}`, "--auth-root-authentication-method=normal", "--skip-test-db"];
    run("/usr/bin/mariadb-install-db", install, { stdio: ["ignore", "ignore", "inherit"] });
    const first = this.#write("first.sql", "CREATE DATABASE piwigo CHARACTER SET utf8mb4;\n");
    const place = ["--skip-networking", `--socket=${path.join(this.folder, "mariadb.sock")}`];
    this.#serve("/usr/sbin/mariadbd", ["--no-defaults", data, `--user=${user}`, ...place, `--init-file=${first}`]);
  }

  /** Configures Piwigo not to send statistics or look for updates during visitors' requests, and submits the installer's form. */
  async #install() {
    this.#write("site/local/config/config.inc.php", "<?php\n$conf['send_piwigo_infos'] = false;\n$conf['update_notify_check_period'] = 0;\n");
    const admin = { admin_name: "admin", admin_pass1: password, admin_pass2: password, admin_mail: "admin@example.org" };
    const form = { install: "1", dbhost: "localhost", dbuser: "root", dbname: "piwigo", prefix: "piwigo_", ...admin };
    await fetch(`${this.url}/install.php?language=en_UK`, { method: "POST", body: new URLSearchParams(form) });
  }

  async #addAlbum(title, folder) {
    const { id } = await this.#call("pwg.categories.add", { name: title, position: "last" });
    const names = fs.readdirSync(folder).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    let cover;
    for (const name of names) {
      const image = new File([fs.readFileSync(path.join(folder, name))], name, { type: "image/jpeg" });
      const added = await this.#call("pwg.images.addSimple", { category: id, image });
      cover ??= added.image_id;
    }
    await this.#call("pwg.categories.setRepresentative", { category_id: id, image_id: cover });
    return id;
  }

  /** Makes all sizes of the photos on an album's first page. Returns the addresses of the photos' pages. */
  async #makeSizes(album) {
    const html = await (await fetch(this.url + album)).text();
    const ids = [...new Set([...html.matchAll(/picture\.php\?\/(\d+)/g)].map(([, id]) => id))];
    if (ids.length === 0) throw new Error(`${this.url + album} shows no photos: ${html.slice(0, 500)}`);
    const { urls } = await this.#call("pwg.getMissingDerivatives", { "ids[]": ids, max_urls: 1000 });
    for (const url of urls) await (await fetch(new URL(url, this.url))).arrayBuffer();
    return ids.map((id) => album.replace("index.php?", `picture.php?/${id}`));
  }

  /** Calls a method of the web API. An array is sent as a field for each element. */
  async #call(method, fields = {}) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ method, ...fields })) for (const each of [value].flat()) body.append(name, each);
    const answer = await fetch(`${this.url}/ws.php?format=json`, { method: "POST", body, headers: { cookie: this.#cookie } });
    const text = await answer.text();
    if (!text.startsWith('{"stat":"ok"')) throw new Error(`Piwigo answered ${method} with ${answer.status}: ${text.slice(0, 500)}`);
    const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith("pwg_id="));
    if (session) this.#cookie = session.split(";")[0];
    return JSON.parse(text).result;
  }

  #serve(program, args) {
    const log = fs.openSync(path.join(this.folder, `${path.basename(program)}.log`), "w");
    this.#servers.unshift(spawn(program, args, { cwd: this.folder, stdio: ["ignore", log, log] }));
    fs.closeSync(log);
  }

  #check() {
    const ended = this.#servers.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (!ended) return;
    const log = fs.readFileSync(path.join(this.folder, `${path.basename(ended.spawnfile)}.log`), "utf8");
    throw new Error(`${ended.spawnfile} ended:\n${log}`);
  }

  #write(name, content) {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, content);
    return file;
  }
}

/** Loads a page, so that Piwigo makes the missing sizes, style sheets and templates. */
async function visit(browser, page) {
  const tab = await browser.newPage();
  await tab.goto(page, { waitUntil: "networkidle0" });
  await tab.close();
}

/** Returns the path of PHP's FastCGI server. Installs Debian's packages if a program is missing. */
function findPhp() {
  const find = () => fs.readdirSync("/usr/sbin").find((name) => /^php-fpm\d/.test(name));
  if (!find() || !programs.every((program) => fs.existsSync(program))) install();
  return `/usr/sbin/${find()}`;
}

function install() {
  if (user !== "root") throw new Error(`Piwigo needs packages of Debian: apt-get install ${packages.join(" ")}`);
  console.log(`Installing ${packages.join(", ")} ...`);
  const settings = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  run("apt-get", ["update", "-qq"], settings);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], settings);
}

/** PHP with its code cache and enough processes for a page's requests. */
const phpConfiguration = (folder) => `[global]
error_log = ${folder}/php-fpm.error.log

[piwigo]
user = ${user}
listen = ${folder}/php.sock
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
php_admin_value[mysqli.default_socket] = ${folder}/mariadb.sock
php_admin_value[upload_max_filesize] = 20M
php_admin_value[post_max_size] = 20M
`;

/** nginx as administrators usually configure it: compressed texts, kept-alive connections, and static files that browsers cache. */
const nginxConfiguration = (folder, port) => `daemon off;
user ${user};
pid ${folder}/nginx.pid;
error_log stderr;
worker_processes auto;
events {}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;
  gzip on;
  gzip_comp_level 6;
  gzip_types text/css text/plain application/javascript application/json image/svg+xml;
  client_max_body_size 20m;
  client_body_temp_path ${folder}/nginx-body;
  proxy_temp_path ${folder}/nginx-proxy;
  fastcgi_temp_path ${folder}/nginx-fastcgi;
  uwsgi_temp_path ${folder}/nginx-uwsgi;
  scgi_temp_path ${folder}/nginx-scgi;
  server {
    listen 127.0.0.1:${port};
    root ${folder}/site;
    index index.php;
    location ~ ^(.+\\.php)(/.*)?$ {
      fastcgi_split_path_info ^(.+\\.php)(/.*)$;
      include /etc/nginx/fastcgi.conf;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_buffers 16 64k;
      fastcgi_buffer_size 64k;
      fastcgi_pass unix:${folder}/php.sock;
    }
    location ~* \\.(css|js|jpe?g|png|gif|svg|ico|woff2?|ttf)$ {
      expires 30d;
    }
  }
}
`;
