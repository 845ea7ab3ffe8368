// Measures the visitors' first pages with Lighthouse's mobile preset: a gallery of 30 groups, and a group of 1,000 photos.
// Each is loaded five times by a fresh browser; the medians are printed, and a score below 95 fails. Browser and server share the
// machine's cores, so the server is asked some hundred times before: what it compiles while it is new costs no page its time.
//
//   npm ci && npm run lighthouse                          in this folder
//   npm run lighthouse -- --program <folder>              another build of the API than Release
//   npm run lighthouse -- --keep <folder>                 leave the photos and the server's data there for the next time

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import lighthouse from "lighthouse";
import { Gallery, launch, run } from "./gallery.mjs";
import { drawPhotos } from "./photos.mjs";

const wanted = 95;
const runs = 5;
const categories = ["performance", "accessibility", "best-practices"];

const { values: options } = parseArgs({ options: { program: { type: "string" }, keep: { type: "string" } } });
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-lighthouse-"));
const photos = path.join(folder, "photos");

const gallery = new Gallery(folder, options.program);
try {
  await makePhotos();
  await gallery.start();
  const { url, program, env } = gallery;
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
  await gallery.stop();
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
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
  await tab.goto(gallery.url + page, { waitUntil: "networkidle0" });
  await browser.close();
  for (let time = 0; time < 100; time++) for (const address of loaded) await (await fetch(address)).arrayBuffer();
}

/** The figures of one page: the median of each. */
async function measure(name, page) {
  const reports = [];
  for (let tries = 1; reports.length < runs; tries++) {
    console.log(`Loading ${name}, ${reports.length + 1} of ${runs} ...`);
    const browser = await launch();
    const { lhr } = await lighthouse(gallery.url + page, { port: Number(new URL(browser.wsEndpoint()).port), onlyCategories: categories, logLevel: "error" });
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
