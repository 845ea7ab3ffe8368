// Measures the visitors' first pages with Lighthouse's mobile preset: a gallery of 30 groups, and a group of 1,000 photos.
// Each is loaded five times by a fresh browser; the medians are printed, and a score below 95 fails. Browser and server share the
// machine's cores, so the server is asked some hundred times before: what it compiles while it is new costs no page its time.
//
//   npm ci && npm start                                   in this folder
//   npm start -- --program <folder>                       another build of the API than Release
//   npm start -- --keep <folder>                          leave the photos and the server's data there for the next time

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { drawPhotos } from "./photos.mjs";

const wanted = 95;
const runs = 5;
const categories = ["performance", "accessibility", "best-practices"];
const password = "a password for measuring";
const repository = path.resolve(import.meta.dirname, "../..");

const { values: options } = parseArgs({ options: { program: { type: "string" }, keep: { type: "string" } } });
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-lighthouse-"));
const photos = path.join(folder, "photos");
const program = path.join(options.program ? path.resolve(options.program) : build(), "ImageHub.Api");

const url = `http://localhost:${await freePort()}`;
const env = {
  ...process.env,
  ASPNETCORE_URLS: url,
  ImageHub__DataDirectory: path.join(folder, "data"),
  Admin__Password: password,
  IMAGEHUB_PASSWORD: password,
};
let server;
try {
  await makePhotos();
  server = spawn(program, { env, cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  await isReady();
  // What is there already is skipped.
  console.log("Adding the photos ...");
  run(program, ["add", photos, "--server", url, "--user", "admin"], { env, stdio: ["ignore", "ignore", "inherit"] });
  const group = (await (await fetch(`${url}/api/v1/groups?q=thousand`)).json()).items[0];
  console.log("Warming up the server ...");
  for (const page of ["/", `/groups/${group.id}`]) await warmUp(page);
  const results = [await measure("the gallery", "/"), await measure(`a group of ${group.imageCount} photos`, `/groups/${group.id}`)];
  console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));
  if (results.some((result) => categories.some((category) => result[category] < wanted))) {
    console.error(`A score is below ${wanted}.`);
    process.exitCode = 1;
  }
} finally {
  if (server) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
}

function build() {
  console.log("Building the API ...");
  run("dotnet", ["build", path.join(repository, "src/ImageHub.Api"), "-c", "Release", "-v", "q", "-nologo"], { stdio: "inherit" });
  return path.join(repository, "src/ImageHub.Api/bin/Release/net10.0");
}

function run(command, args, settings) {
  const { status, error } = spawnSync(command, args, settings);
  if (status !== 0) throw new Error(`"${command} ${args.join(" ")}" ended with ${status ?? error}.`);
}

/** A folder becomes a group: one of 1,000 photos, 29 of two. */
async function makePhotos() {
  if (fs.existsSync(photos)) return;
  console.log("Drawing the photos ...");
  const browser = await launch();
  const unfinished = `${photos}.unfinished`;
  const groups = Array.from({ length: 29 }, (_, index) => ({ name: `Group ${index + 1}`, count: 2 }));
  await drawPhotos(await browser.newPage(), unfinished, [{ name: "A thousand photos", count: 1000 }, ...groups]);
  await browser.close();
  fs.renameSync(unfinished, photos);
}

/** Loads a page and, again and again, what it loaded, until the server answers as fast as it can. */
async function warmUp(page) {
  const browser = await launch();
  const tab = await browser.newPage();
  const loaded = [];
  tab.on("request", (request) => request.url().startsWith("http") && loaded.push(request.url()));
  await tab.goto(url + page, { waitUntil: "networkidle0" });
  await browser.close();
  for (let time = 0; time < 100; time++) for (const address of loaded) await (await fetch(address)).arrayBuffer();
}

/** The figures of one page: the median of each. */
async function measure(name, page) {
  const reports = [];
  for (let tries = 1; reports.length < runs; tries++) {
    console.log(`Loading ${name}, ${reports.length + 1} of ${runs} ...`);
    const browser = await launch();
    const { lhr } = await lighthouse(url + page, { port: Number(new URL(browser.wsEndpoint()).port), onlyCategories: categories, logLevel: "error" });
    await browser.close();
    if (lhr.runtimeError) {
      if (tries === 2 * runs) throw new Error(lhr.runtimeError.message);
      console.warn(`Again, since ${lhr.runtimeError.message}`);
      continue;
    }
    reports.push(lhr);
  }
  fs.writeFileSync(path.join(folder, `${page === "/" ? "gallery" : "group"}.json`), JSON.stringify(reports.at(-1)));
  const median = (figure) => reports.map(figure).sort((a, b) => a - b)[Math.floor(runs / 2)];
  const metric = (id) => median((lhr) => lhr.audits[id].numericValue);
  const scripts = (lhr) => lhr.audits["network-requests"].details.items.filter((item) => item.resourceType === "Script");
  return {
    name,
    ...Object.fromEntries(categories.map((id) => [id, Math.round(100 * median((lhr) => lhr.categories[id].score))])),
    "LCP s": (metric("largest-contentful-paint") / 1000).toFixed(2),
    CLS: metric("cumulative-layout-shift").toFixed(3),
    "TBT ms": Math.round(metric("total-blocking-time")),
    "JS kB": Math.round(median((lhr) => scripts(lhr).reduce((sum, item) => sum + item.transferSize, 0)) / 1000),
  };
}

function launch() {
  const candidates = [process.env.CHROME_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = candidates.find((candidate) => candidate && fs.existsSync(candidate));
  if (!executablePath) throw new Error("Chromium is missing: install it, or name it in CHROME_PATH.");
  return puppeteer.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function isReady() {
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error("The API ended; what it said is above.");
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} is not ready after a minute.`);
}
