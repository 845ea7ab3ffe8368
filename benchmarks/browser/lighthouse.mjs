// Measures the visitors' first pages with Lighthouse's mobile preset: a gallery of 32 groups, and a group of 1,000 photos.
// A new browser loads each page five times. Prints the medians; a score below 95 fails.
//
//   npm ci && npm run lighthouse                          in this folder
//   npm run lighthouse -- --program <folder>              another build of the API than Release
//   npm run lighthouse -- --keep <folder>                 keep the photos and the server's data there for the next run

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import lighthouse from "lighthouse";
import { Gallery, launch } from "./gallery.mjs";

const wanted = 95;
const runs = 5;
const categories = ["performance", "accessibility", "best-practices"];

const { values: options } = parseArgs({ options: { program: { type: "string" }, keep: { type: "string" } } });
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-lighthouse-"));

const gallery = new Gallery(folder, options.program);
try {
  await gallery.start();
  const { thousand } = await gallery.fill();
  const results = [await measure("the gallery", "/"), await measure(`a group of ${thousand.imageCount} photos`, `/groups/${thousand.slug}`)];
  console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));
  if (results.some((result) => categories.some((category) => result[category] < wanted))) {
    console.error(`A score is below ${wanted}.`);
    process.exitCode = 1;
  }
} finally {
  await gallery.stop();
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
}

/** The median of each result of one page. */
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
