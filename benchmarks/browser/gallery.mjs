// Starts a gallery to measure (the API's Release build, unless another build is named) and the Chromium that measures it.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import puppeteer from "puppeteer-core";
import { drawPhotos } from "./photos.mjs";

const repository = path.resolve(import.meta.dirname, "../..");

/** The admin's password. */
export const password = "a password for measuring";

/** A server with its data in `folder`. `program`: a folder with a build of the API; if absent, the Release build is built now. */
export class Gallery {
  constructor(folder, program) {
    fs.mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.program = path.join(program ? path.resolve(program) : build(), "ImageHub.Api");
  }

  async start(settings = {}) {
    this.url = `http://localhost:${await freePort()}`;
    this.env = {
      ...process.env,
      ASPNETCORE_URLS: this.url,
      ImageHub__DataDirectory: path.join(this.folder, "data"),
      Admin__Password: password,
      IMAGEHUB_PASSWORD: password,
      // Rendering all photos as WebP and AVIF would occupy the measured processors for twenty minutes.
      Imaging__Alternates: "None",
      ...settings,
    };
    this.server = spawn(this.program, { env: this.env, cwd: this.folder, stdio: ["ignore", "ignore", "inherit"] });
    await untilAnswers(`${this.url}/health/ready`, () => {
      if (this.server.exitCode !== null) throw new Error("The API ended; its output is above.");
    });
  }

  /**
   * Creates groups of 1,000, 300 and 60 photos and 29 groups of two, unless they exist. Then requests the pages' resources so often that
   * the server has compiled its hot code, because browser and server share the cores. Returns the three large groups, all titles in the
   * gallery's order, and the folder that has a folder of photos for each title.
   */
  async fill() {
    const photos = path.join(this.folder, "photos");
    console.log("Drawing the photos ...");
    const browser = await launch();
    const groups = Array.from({ length: 29 }, (_, index) => ({ name: `Group ${index + 1}`, count: 2 }));
    groups.unshift({ name: "A thousand photos", count: 1000 });
    groups.push({ name: "Sixty photos", count: 60 }, { name: "Three hundred photos", count: 300 });
    await drawPhotos(await browser.newPage(), photos, groups);
    // The command skips photos that already exist.
    console.log("Adding the photos ...");
    run(this.program, ["add", photos, "--server", this.url, "--user", "admin", "--publish"], { env: this.env, stdio: ["ignore", "ignore", "inherit"] });
    const find = async (query) => (await (await fetch(`${this.url}/api/v1/groups?${query}`)).json()).items;
    const [[thousand], [threeHundred], [sixty]] = [await find("q=thousand"), await find("q=hundred"), await find("q=sixty")];
    const titles = (await find("pageSize=100")).map(({ title }) => title);
    console.log("Warming up the server ...");
    for (const page of ["/", ...[thousand, threeHundred, sixty].map(({ slug }) => `/groups/${slug}`)]) await warmUp(browser, this.url + page);
    await browser.close();
    return { thousand, threeHundred, sixty, titles, photos };
  }

  async stop() {
    if (!this.server) return;
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
  }
}

/** Loads a page, then requests each resource that it loaded 100 times. */
export async function warmUp(browser, page) {
  const tab = await browser.newPage();
  const loaded = [];
  tab.on("request", (request) => request.url().startsWith("http") && loaded.push(request.url()));
  await tab.goto(page, { waitUntil: "networkidle0" });
  await tab.close();
  for (let time = 0; time < 100; time++) for (const address of loaded) await (await fetch(address)).arrayBuffer();
}

/** Waits until an address answers successfully, for at most a minute. `check` throws if the server has exited. */
export async function untilAnswers(address, check) {
  for (let tries = 0; tries < 300; tries++) {
    check();
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${address} does not answer after a minute.`);
}

export function run(command, args, settings) {
  const { status, error } = spawnSync(command, args, settings);
  if (status !== 0) throw new Error(`"${command} ${args.join(" ")}" ended with ${status ?? error}.`);
}

export function launch() {
  const candidates = [process.env.CHROME_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/chromium-headless-shell"];
  const executablePath = candidates.find((candidate) => candidate && fs.existsSync(candidate));
  if (!executablePath) throw new Error("Chromium is missing: install it, or name it in CHROME_PATH.");
  return puppeteer.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

function build() {
  console.log("Building the API ...");
  run("dotnet", ["build", path.join(repository, "src/ImageHub.Api"), "-c", "Release", "-v", "q", "-nologo"], { stdio: "inherit" });
  return path.join(repository, "src/ImageHub.Api/bin/Release/net10.0");
}

export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
