// Measures the largest contentful paint (LCP) of the visitors' first pages on a slow phone with a slow connection: the gallery, a group
// of 60 photos, a group of 1,000. Also counts the document's elements at the end of the 1,000. A new browser loads each page five times;
// a median above the target fails.
//
//   npm ci && npm run paint                               in this folder
//   npm run paint -- --program <folder>                   another build of the API than Release
//   npm run paint -- --keep <folder>                      keep the photos and the server's data there for the next run
//   npm run paint -- --only gallery --trace <file>        one page (gallery, sixty, sixtyFine, thousand); a trace of its last load

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Gallery, launch } from "./gallery.mjs";

/** A phone a quarter as fast as this machine: with the screen of Lighthouse's mobile preset, or a finer one, for which tiles need more pixels. */
const phone = { width: 412, height: 823, deviceScaleFactor: 1.75, isMobile: true, hasTouch: true };
const finePhone = { ...phone, deviceScaleFactor: 2.625 };
const slowdown = 4;
/** Slow 4G: 150 ms to each answer, 1.6 Mbit/s down and 750 kbit/s up (in bytes a second), shared by all requests. */
const network = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const runs = 5;
const mostElements = 1200;

const { values: options } = parseArgs({
  options: { program: { type: "string" }, keep: { type: "string" }, only: { type: "string" }, trace: { type: "string" } },
});
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-paint-"));
const gallery = new Gallery(folder, options.program);
try {
  await gallery.start();
  const { thousand, sixty } = await gallery.fill();
  const pages = [
    { key: "gallery", name: "the gallery", at: "/", screen: phone, wanted: 1500 },
    { key: "sixty", name: "a group of 60 photos", at: `/groups/${sixty.slug}`, screen: phone, wanted: 2500 },
    { key: "sixtyFine", name: "the same, a fine screen", at: `/groups/${sixty.slug}`, screen: finePhone, wanted: 2500 },
    { key: "thousand", name: "a group of 1,000 photos", at: `/groups/${thousand.slug}`, screen: phone, wanted: 2000 },
  ].filter(({ key }) => !options.only || key === options.only);
  const rows = {};
  for (const { name, at, screen, wanted } of pages) {
    console.log(`Loading ${name} ...`);
    const paints = [];
    for (let run = 0; run < runs; run++) paints.push(await load(at, screen, options.trace));
    const times = paints.map(({ time }) => time).sort((a, b) => a - b);
    const median = times[Math.floor(runs / 2)];
    if (median > wanted) process.exitCode = 1;
    const ms = (time) => Math.round(time);
    rows[name] = { "LCP ms": ms(median), from: ms(times[0]), to: ms(times.at(-1)), wanted, "first paint ms": ms(paints.at(-1).first), "painted last": paints.at(-1).what, bytes: paints.at(-1).bytes };
  }
  console.table(rows);
  const elements = await elementsAtEnd(`/groups/${thousand.slug}`);
  console.log(`${elements} elements at the end of ${thousand.imageCount} photos, of at most ${mostElements}`);
  if (elements > mostElements) process.exitCode = 1;
} finally {
  await gallery.stop();
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
}

/** When a page has painted its largest part, in milliseconds after it was asked for, and what that is. */
async function load(at, screen, trace) {
  const browser = await launch();
  const tab = await browser.newPage();
  await tab.setViewport(screen);
  const session = await tab.createCDPSession();
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", network);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await tab.evaluateOnNewDocument(() => {
    const note = (list) => {
      const last = list.getEntries().at(-1);
      window.paint = { time: last.startTime, what: last.url ? new URL(last.url).protocol.replace(/^http.?:/, "") + new URL(last.url).pathname.slice(0, 60) : last.element?.tagName };
    };
    new PerformanceObserver(note).observe({ type: "largest-contentful-paint", buffered: true });
  });
  if (trace) await tab.tracing.start({ path: trace, screenshots: false });
  await tab.goto(gallery.url + at, { waitUntil: "networkidle0" });
  if (trace) await tab.tracing.stop();
  const paint = await tab.evaluate(() => ({
    ...window.paint,
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    bytes: performance.getEntriesByType("resource").reduce((sum, entry) => sum + (entry.responseEnd <= window.paint.time ? entry.transferSize : 0), 0),
  }));
  await browser.close();
  return paint;
}

/** How many elements a group's page has once it is scrolled to its end. */
async function elementsAtEnd(at) {
  const browser = await launch();
  const tab = await browser.newPage();
  await tab.goto(gallery.url + at, { waitUntil: "networkidle0" });
  let height = 0;
  for (;;) {
    await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await tab.waitForNetworkIdle({ idleTime: 500 });
    const now = await tab.evaluate(() => document.body.scrollHeight);
    if (now === height) break;
    height = now;
  }
  const elements = await tab.evaluate(() => document.querySelectorAll("*").length);
  await browser.close();
  return elements;
}
