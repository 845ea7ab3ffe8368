// Measures the visitors' first pages on an emulated slow phone with a slow connection, optionally in turns with Piwigo's pages: the largest
// contentful paint (LCP) of the gallery and of groups of 60, 300 and 1,000 photos; the time from the tap on a photo until it is sharp; and
// the layout shift (CLS). Also counts the document's elements at the end of the 1,000 photos. A new browser loads each page five times. Fails
// with a list of missed targets: medians above the target or slower than Piwigo's, layout shifts, or too many elements.
//
//   npm ci && npm run paint                               in this folder
//   npm run paint -- --piwigo <folder>                    Piwigo beside ImageHub; the folder has its unpacked release (a tag of
//                                                         github.com/Piwigo/Piwigo lacks the default theme, modus) and stays unchanged
//   npm run paint -- --program <folder>                   another build of the API than Release
//   npm run paint -- --keep <folder>                      keep the photos and ImageHub's data there for the next run
//   npm run paint -- --only gallery --trace <file>        one row (gallery, sixty, sixtyFine, threeHundred, thousand, photo); a trace of ImageHub's last load

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Gallery, launch } from "./gallery.mjs";
import { Piwigo } from "./piwigo.mjs";

/** A phone a quarter as fast as this machine, with the screen of Lighthouse's mobile preset. `finePhone` has a higher pixel density. */
const phone = { width: 412, height: 823, deviceScaleFactor: 1.75, isMobile: true, hasTouch: true };
const finePhone = { ...phone, deviceScaleFactor: 2.625 };
/** A phone's user agent. Piwigo renders other pages for phones than for desktops. */
const userAgent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const slowdown = 4;
/** Slow 4G: a latency of 150 ms, 1.6 Mbit/s down and 750 kbit/s up (here in bytes a second), shared by all requests. */
const network = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const runs = 5;
const mostElements = 1200;
/** A layout shift (CLS) below this value is invisible. */
const mostShift = 0.005;

const beside = "Piwigo beside ImageHub: --piwigo <folder with its release and its theme modus>, see https://piwigo.org/guides/install/manual";

const { values: options } = parseArgs({
  options: { program: { type: "string" }, piwigo: { type: "string" }, keep: { type: "string" }, only: { type: "string" }, trace: { type: "string" } },
});
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-paint-"));
const gallery = new Gallery(folder, options.program);
const piwigo = options.piwigo ? new Piwigo(options.piwigo) : undefined;
/** The missed targets; and for each row and site, the range of the times and the details of the last load. */
const [faults, details] = [[], {}];
try {
  await gallery.start();
  const filled = await gallery.fill();
  const large = [filled.sixty, filled.threeHundred, filled.thousand];
  const pages = ["/", ...large.map(({ slug }) => `/groups/${slug}`)];
  // The tapped photo is one of the layout and not the cover, because the page has already loaded the cover in the viewer's size.
  const ours = { name: "ImageHub", url: gallery.url, pages, tile: '[data-layout] a[id^="photo-"]', photo: ".yarl__slide_current img" };
  const sites = piwigo ? [ours, await startPiwigo(filled, large)] : [ours];
  const rows = [
    { key: "gallery", name: "the gallery", page: 0, wanted: 900 },
    { key: "sixty", name: "a group of 60 photos", page: 1, wanted: 1000 },
    { key: "sixtyFine", name: "the same, a fine screen", page: 1, screen: finePhone, wanted: 2500 },
    { key: "threeHundred", name: "a group of 300 photos", page: 2, wanted: 1000 },
    { key: "thousand", name: "a group of 1,000 photos", page: 3, wanted: 1000 },
    { key: "photo", name: "a tapped photo, sharp", page: 1, measure: openPhoto, wanted: 1200 },
  ].filter(({ key }) => !options.only || key === options.only);
  const table = {};
  for (const row of rows) table[row.name] = await compare(row, sites);
  console.table(details);
  console.log(piwigo ? `ImageHub beside Piwigo ${piwigo.version}: medians of ${runs}, in milliseconds` : `Medians of ${runs}, in milliseconds. ${beside}`);
  console.table(table);
  const elements = await elementsAtEnd(ours.pages[3]);
  console.log(`${elements} elements at the end of ${filled.thousand.imageCount} photos, of at most ${mostElements}`);
  if (elements > mostElements) faults.push(`${elements} elements at the end of ${filled.thousand.imageCount} photos, wanted ${mostElements} at most`);
} finally {
  await piwigo?.stop();
  await gallery.stop();
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
}
if (faults.length > 0) {
  console.log(["Missed targets:", ...faults].join("\n  "));
  process.exitCode = 1;
}

async function startPiwigo({ photos, titles }, large) {
  await piwigo.start();
  const albums = await piwigo.fill(
    photos,
    titles,
    large.map(({ title }) => title),
  );
  return { name: "Piwigo", url: piwigo.url, pages: ["/", ...albums], tile: "#thumbnails a", photo: "#theMainImage" };
}

/** Measures a row on each site in turns. Returns the row's cells; records its details and missed targets. */
async function compare({ name, page, screen = phone, measure = load, wanted }, sites) {
  console.log(`Loading ${name} ...`);
  const results = sites.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [number, site] of sites.entries()) results[number].push(await measure(site, site.url + site.pages[page], screen));
  }
  const [ours, theirs] = results.map(summarize);
  for (const [number, { from, to, detail }] of [ours, theirs].filter(Boolean).entries()) details[`${name}, ${sites[number].name}`] = { from, to, ...detail };
  if (ours.median > wanted) faults.push(`${name}: ${ours.median} ms, wanted ${wanted}`);
  if (theirs && ours.median > theirs.median) faults.push(`${name}: ${ours.median} ms, Piwigo's ${theirs.median}`);
  if (ours.shift >= mostShift) faults.push(`${name}: a layout shift (CLS) of ${ours.shift}, wanted 0`);
  const peer = theirs && { Piwigo: theirs.median, ratio: Number((theirs.median / ours.median).toFixed(2)) };
  return { ImageHub: ours.median, wanted, ...peer, CLS: ours.shift, ...(theirs && { "Piwigo's CLS": theirs.shift }) };
}

/** The median and the range of the times, the largest shift, and the details of the last result. */
function summarize(results) {
  const times = results.map(({ time }) => Math.round(time)).sort((a, b) => a - b);
  const shift = Math.max(...results.map((result) => result.shift));
  return { median: times[Math.floor(runs / 2)], from: times[0], to: times.at(-1), shift: Number(shift.toFixed(4)), detail: results.at(-1).detail };
}

/** Opens a tab of the emulated phone in a new browser. */
async function openTab(screen) {
  const browser = await launch();
  const tab = await browser.newPage();
  await tab.setViewport(screen);
  await tab.setUserAgent(userAgent);
  const session = await tab.createCDPSession();
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", network);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await tab.evaluateOnNewDocument(notePaints);
  return tab;
}

/** Runs in the page: notes its largest paint and its layout shifts. */
function notePaints() {
  const observe = (type, note) => new PerformanceObserver((list) => note(list.getEntries())).observe({ type, buffered: true });
  window.shift = 0;
  observe("layout-shift", (entries) => {
    for (const { value, hadRecentInput } of entries) if (!hadRecentInput) window.shift += value;
  });
  observe("largest-contentful-paint", (entries) => {
    const { startTime, url, element } = entries.at(-1);
    const { protocol, pathname } = new URL(url || location.href);
    window.paint = { time: startTime, what: url ? protocol.replace(/^http.?:/, "") + pathname.slice(0, 60) : element?.tagName };
  });
}

/** The largest contentful paint of a page: the milliseconds after the navigation began, and the painted element. Also the layout shift. */
async function load({ url }, page, screen) {
  const tab = await openTab(screen);
  const isTraced = options.trace && url === gallery.url;
  if (isTraced) await tab.tracing.start({ path: options.trace, screenshots: false });
  await tab.goto(page, { waitUntil: "networkidle0" });
  if (isTraced) await tab.tracing.stop();
  const paint = await tab.evaluate(() => ({
    time: window.paint.time,
    shift: window.shift,
    detail: {
      "first paint ms": Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime),
      "painted last": window.paint.what,
      bytes: performance.getEntriesByType("resource").reduce((sum, entry) => sum + (entry.responseEnd <= window.paint.time ? entry.transferSize : 0), 0),
    },
  }));
  await tab.browser().close();
  return paint;
}

/** The milliseconds from the tap on a photo of an idle group page until the photo is sharp. The browser has cached only that page. */
async function openPhoto({ tile, photo }, page, screen) {
  const tab = await openTab(screen);
  await tab.goto(page, { waitUntil: "networkidle0" });
  await tab.waitForNetworkIdle({ idleTime: 3000 });
  const { x, y } = await tab.evaluate(findTile, tile);
  let stand;
  const stands = new Promise((resolve, reject) => {
    stand = resolve;
    setTimeout(() => reject(new Error(`No photo of ${page} is sharp after a minute.`)), 60_000).unref();
  });
  await tab.exposeFunction("photoStands", (result) => stand(result));
  // In ImageHub the tap opens the viewer in the same page; in Piwigo it opens another page.
  await tab.evaluate(watchPhoto, photo);
  await tab.evaluateOnNewDocument(watchPhoto, photo);
  const tapped = Date.now();
  await tab.touchscreen.tap(x, y);
  const { at, what } = await stands;
  const shift = await tab.evaluate(() => window.shift);
  await tab.browser().close();
  return { time: at - tapped, shift, detail: { "painted last": what } };
}

/** Runs in the page: the middle of the first photo that is wholly on the screen. */
function findTile(selector) {
  const boxes = [...document.querySelectorAll(selector)].map((tile) => tile.getBoundingClientRect());
  const { left, top, width, height } = boxes.find(({ top, bottom }) => top >= 0 && bottom <= innerHeight);
  return { x: left + width / 2, y: top + height / 2 };
}

/** Runs in the page: reports when the photo is painted in its final place with at least 95 % of the screen's pixels there. */
function watchPhoto(selector) {
  const pixels = (image) => image.getBoundingClientRect().width * devicePixelRatio;
  const isSharp = (image) => image.complete && pixels(image) > 0 && image.naturalWidth >= 0.95 * pixels(image);
  const find = () => [...document.querySelectorAll(selector)].find((image) => image.checkVisibility({ visibilityProperty: true }) && isSharp(image));
  const moves = () => document.getAnimations().some(({ effect }) => effect.pseudoElement?.startsWith("::view-transition"));
  const look = async () => {
    const photo = find();
    if (!photo || moves()) return requestAnimationFrame(look);
    await photo.decode();
    // The first frame paints the photo, the second begins afterwards.
    requestAnimationFrame(() => requestAnimationFrame(() => tell(photo)));
  };
  const tell = (photo) => {
    const { pathname } = new URL(photo.currentSrc);
    const what = `${pathname.slice(0, 60)}, ${photo.naturalWidth} pixels for ${Math.round(pixels(photo))}`;
    window.photoStands({ at: performance.timeOrigin + performance.now(), what });
  };
  requestAnimationFrame(look);
}

/** The number of elements on a group's page after scrolling to its end. */
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
