// Measures the response times to input on an emulated phone with a quarter of this machine's processor speed: opening a photo, showing the
// next photo, showing the end of 300 photos, and the frames while 1,000 photos are scrolled. Prints medians, 95th percentiles and maxima; a
// time above the target fails.
//
//   npm ci && npm run hands                               in this folder
//   npm run hands -- --program <folder>                   another build of the API than Release
//   npm run hands -- --keep <folder>                      keep the photos and the server's data there for the next run

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Gallery, launch } from "./gallery.mjs";

const phone = { width: 412, height: 823, deviceScaleFactor: 1.75, isMobile: true, hasTouch: true };
const slowdown = 4;
const times = 9;
const mostSwipes = 250;
const swipeHeight = 600;

const { values: options } = parseArgs({ options: { program: { type: "string" }, keep: { type: "string" } } });
const folder = options.keep ? path.resolve(options.keep) : fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-hands-"));
const gallery = new Gallery(folder, options.program);
try {
  await gallery.start();
  const { thousand, threeHundred } = await gallery.fill();
  const { opened, next } = await photos(`/groups/${threeHundred.slug}`);
  const earlyEnds = await repeated(5, () => end(`/groups/${threeHundred.slug}`, threeHundred.imageCount, { atOnce: true }));
  const pageEnds = await repeated(5, () => end(`/groups/${threeHundred.slug}`, threeHundred.imageCount));
  const viewerEnds = await repeated(5, () => end(`/groups/${threeHundred.slug}`, threeHundred.imageCount, { inViewer: true }));
  const frames = (await repeated(3, () => scroll(`/groups/${thousand.slug}`))).flat();
  const rows = [
    figure("a tapped photo opens", opened, { median: 100 }),
    figure("the next photo", next, { median: 50 }),
    figure("the key End on a page of 300 photos, pressed at once", earlyEnds, { median: 300 }),
    figure("the key End on a page of 300 photos that is idle", pageEnds, { median: 300 }),
    figure("the key End in the viewer of 300 photos", viewerEnds, { median: 300 }),
    figure("frames while 1,000 photos are scrolled", frames, { longest: 100 }),
  ];
  console.table(Object.fromEntries(rows.map(({ name, ...figures }) => [name, figures])));
  const missed = rows.filter((row) => !row.holds).map(({ name }) => name);
  if (missed.length > 0) {
    console.error(`Missed targets: ${missed.join("; ")}.`);
    process.exitCode = 1;
  }
} finally {
  await gallery.stop();
  if (!options.keep) fs.rmSync(folder, { recursive: true, force: true });
}

function figure(name, values, wanted) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  const figures = { median: at(0.5), p95: at(0.95), longest: Math.round(sorted.at(-1)) };
  const [[measure, limit]] = Object.entries(wanted);
  return { name, ...figures, wanted: `${measure} ${limit}`, holds: figures[measure] <= limit };
}

async function repeated(count, measure) {
  const results = [];
  for (let number = 0; number < count; number++) results.push(await measure());
  return results;
}

/** Opens a page on the slow phone and waits until it is idle, or only until it has loaded. `use` gets the tab and its DevTools session. */
async function onPhone(at, use, { atOnce = false } = {}) {
  const browser = await launch();
  try {
    const tab = await browser.newPage();
    await tab.setViewport(phone);
    const session = await tab.createCDPSession();
    await tab.goto(gallery.url + at, { waitUntil: atOnce ? "load" : "networkidle0" });
    if (atOnce) await tab.waitForSelector("main a[id^=photo]");
    // The viewer's code and the list are fetched a second after the page has loaded.
    else await rest(3000);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    return await use(tab, session);
  } finally {
    await browser.close();
  }
}

/** Defines `noteNext` and its conditions in the page. */
function prepare(tab) {
  return tab.evaluate(() => {
    /** Measures the time from the next event of a type to the frame in which `isThere()` is true; at most ten seconds. */
    window.noteNext = (type, isThere) => {
      window.noted = new Promise((resolve) => {
        setTimeout(resolve, 10_000, 10_000);
        const start = (event) => {
          // `look` runs before a frame is drawn, the timer after it.
          const look = () => {
            if (isThere()) setTimeout(() => resolve(performance.now() - event.timeStamp));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        };
        addEventListener(type, start, { capture: true, once: true });
      });
    };
    /** Whether the growing copy of the photo or the viewer is shown. */
    window.isOpening = () => document.querySelector("[class*=movingPhoto_stage], .yarl__slide_current") !== null;
    window.position = () => document.querySelector(".yarl__slide_current")?.ariaLabel ?? null;
    const isLoaded = (image) => image?.complete && image.currentSrc !== "";
    window.isAtEnd = () => {
      if (document.querySelector("[data-more]")) return false;
      const last = [...document.querySelectorAll("main a[id^=photo]")].at(-1);
      return scrollY + innerHeight >= document.documentElement.scrollHeight - 2 && isLoaded(last?.querySelector("picture img"));
    };
  });
}

/** The times from a tap to the frame that shows the photo, and from the key ArrowRight to the frame in which the slide begins. */
function photos(at) {
  return onPhone(at, async (tab) => {
    await prepare(tab);
    const opened = [];
    const next = [];
    for (let time = 0; time < times; time++) {
      opened.push(await open(tab, time % 3));
      await tab.evaluate(() => noteNext("keydown", () => document.querySelector(".yarl__container").getAnimations({ subtree: true }).length > 0));
      await tab.keyboard.press("ArrowRight");
      next.push(await tab.evaluate(() => noted));
      await rest(1000);
      await tab.keyboard.press("Escape");
      await tab.waitForFunction(() => position() === null);
      await rest(1000);
    }
    return { opened, next };
  });
}

/** Opens a photo by a tap and waits until the viewer is idle. Returns the time to the frame that shows the photo. */
async function open(tab, number) {
  await tab.evaluate(() => noteNext("click", isOpening));
  const places = await tab.$$("main a[id^=photo]");
  await places[number].tap();
  const time = await tab.evaluate(() => noted);
  await rest(1500);
  return time;
}

function rest(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The time from the key End to the frame that shows the last photo, on the page or in the viewer. */
function end(at, count, { inViewer = false, atOnce = false } = {}) {
  const use = async (tab) => {
    await prepare(tab);
    if (inViewer) await open(tab, 0);
    const last = inViewer ? `${count} of ${count}` : null;
    await tab.evaluate((last) => noteNext("keydown", () => (last ? position() === last : isAtEnd())), last);
    await tab.keyboard.press("End");
    return tab.evaluate(() => noted);
  };
  return onPhone(at, use, { atOnce });
}

/**
 * Swipes up with a finger at up to 8 pixels a millisecond (slower on a busy page), and waits while the page scrolls on. Synthesized gestures do not scroll
 * in headless Chromium.
 */
async function fling(session) {
  const send = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await send("touchStart", { x: 200, y: 700 });
  for (let moved = 100; moved <= swipeHeight; moved += 100) {
    await rest(12);
    await send("touchMove", { x: 200, y: 700 - moved });
  }
  await send("touchEnd");
  await rest(400);
}

/** The durations of the frames while a finger flings through the page to its end. */
function scroll(at) {
  return onPhone(at, async (tab, session) => {
    await tab.evaluate(() => {
      window.durations = [];
      let last = performance.now();
      const note = (now) => {
        window.durations.push(now - last);
        last = now;
        window.ends = requestAnimationFrame(note);
      };
      requestAnimationFrame(note);
    });
    const isAtEnd = () => !document.querySelector("[data-more]") && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    let swipes = 0;
    while (!(await tab.evaluate(isAtEnd))) {
      if (++swipes > mostSwipes) throw new Error(`${mostSwipes} swipes scrolled only ${await tab.evaluate(() => scrollY)} pixels, not to the last photo.`);
      await fling(session);
    }
    return tab.evaluate(() => (cancelAnimationFrame(window.ends), window.durations.slice(1)));
  });
}
