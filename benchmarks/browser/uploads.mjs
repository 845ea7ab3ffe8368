// Drops 2,000 small files on a group's page in Chromium, on the server's machine. Prints the files received a second and the page's longest
// busy time. Fails below 60 files a second, or above 200 ms of scripts and drawing in one frame. The limit does not include Chromium's own
// work on a drop, which takes longer, because Chromium reads each file's metadata before the page's scripts run.
//
//   npm ci && npm run uploads                             in this folder
//   npm run uploads -- --files 500 --program <folder>     fewer files, and another build of the API than Release

import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Gallery, launch, password } from "./gallery.mjs";

const wantedRate = 60;
const longestWork = 200;
const fileBytes = 25_000;

const { values: options } = parseArgs({ options: { program: { type: "string" }, files: { type: "string", default: "2000" } } });
const count = Number(options.files);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imagehub-uploads-"));
const gallery = new Gallery(folder, options.program);
let browser;
try {
  browser = await launch();
  const paths = await makeFiles();
  await gallery.start();
  const page = await signedIn();
  const warm = await makeGroup(page, "Warming up");
  await upload(page, warm, paths.slice(-50));
  const group = await makeGroup(page, "A drop");
  const { seconds, tasks, work } = await upload(page, group, paths.slice(0, count));
  await check(page, group);
  const rate = count / seconds;
  const [longestTask, mostWork] = [tasks, work].map((times) => Math.max(0, ...times));
  console.log(`${count} files of ${fileBytes / 1000} kB in ${seconds.toFixed(1)} s: ${rate.toFixed(1)} a second`);
  console.log(`${tasks.length} tasks of over 50 ms, ${tasks.filter((ms) => ms > 100).length} of over 100 ms, the longest ${longestTask.toFixed(0)} ms`);
  console.log(`The page's scripts and drawing took at most ${mostWork.toFixed(0)} ms of a frame`);
  if (rate < wantedRate || mostWork > longestWork) {
    console.error(`Wanted: ${wantedRate} a second, and at most ${longestWork} ms.`);
    process.exitCode = 1;
  }
} finally {
  await browser?.close();
  await gallery.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Writes `count` copies of one picture, and 50 more for the warm-up. A random JPEG comment makes each file unique and 25 kB large. */
async function makeFiles() {
  const page = await browser.newPage();
  const jpeg = Buffer.from(await page.evaluate(draw), "base64");
  await page.close();
  const files = path.join(folder, "files");
  fs.mkdirSync(files);
  return Array.from({ length: count + 50 }, (_, index) => {
    const comment = Buffer.concat([crypto.randomBytes(16), Buffer.alloc(Math.max(0, fileBytes - jpeg.length - 20))]);
    const head = Buffer.from([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff]);
    const file = path.join(files, `photo ${index + 1}.jpg`);
    fs.writeFileSync(file, Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]));
    return file;
  });
}

/** Runs in a page: draws a picture whose JPEG has less than 23 kB, and returns the JPEG in base64. */
async function draw() {
  const canvas = new OffscreenCanvas(480, 320);
  const context = canvas.getContext("2d");
  let state = 1;
  const random = () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >>> 0) / 2 ** 32;
  };
  for (let dot = 0; dot < 3000; dot++) {
    context.fillStyle = `hsl(${random() * 360} 50% ${30 + random() * 40}%)`;
    context.fillRect(random() * 480, random() * 320, 3 + random() * 20, 3 + random() * 20);
  }
  for (let quality = 0.9; ; quality -= 0.05) {
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer());
    if (bytes.length < 23_000) return btoa(String.fromCharCode(...bytes));
  }
}

async function signedIn() {
  const page = await browser.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  await page.evaluateOnNewDocument(() => {
    window.busy = { tasks: [], work: [] };
    const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type });
    watch("longtask", ({ duration }) => window.busy.tasks.push(duration));
    watch("long-animation-frame", ({ startTime, duration, renderStart, scripts }) => {
      const drawing = renderStart === 0 ? 0 : startTime + duration - renderStart;
      const before = scripts.filter((script) => renderStart === 0 || script.startTime < renderStart);
      window.busy.work.push(before.reduce((sum, script) => sum + script.duration, drawing));
    });
  });
  await page.goto(`${gallery.url}/sign-in?to=%2Fadmin`);
  await page.locator("input[name=userName]").fill("admin");
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname === "/admin");
  return page;
}

function makeGroup(page, title) {
  return page.evaluate(async (title) => {
    const headers = { "Content-Type": "application/json", "X-Requested-With": "ImageHub" };
    const answer = await fetch("/api/v1/groups", { method: "POST", headers, body: JSON.stringify({ title }) });
    return (await answer.json()).id;
  }, title);
}

/** Drops the files on the group's page, and waits until all are uploaded. */
async function upload(page, group, paths) {
  await page.goto(`${gallery.url}/admin/groups/${group}`);
  await page.waitForSelector("input[type=file]");
  await page.evaluate(() => {
    for (const times of Object.values(window.busy)) times.length = 0;
  });
  const begin = performance.now();
  await drop(page, paths);
  // The title shows the progress of running uploads, and reading it needs no layout.
  await page.waitForFunction(() => /^\d+%/.test(document.title), { polling: 50 });
  await page.waitForFunction(() => !/^\d+%/.test(document.title), { timeout: 600_000, polling: 100 });
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, ...(await page.evaluate(() => window.busy)) };
}

async function drop(page, files) {
  const { width, height } = page.viewport();
  const client = await page.createCDPSession();
  const place = { x: width / 2, y: height / 2, data: { items: [], files, dragOperationsMask: 1 } };
  for (const type of ["dragEnter", "dragOver", "drop"]) await client.send("Input.dispatchDragEvent", { type, ...place });
  await client.detach();
}

/** Throws unless the group contains all dropped files in the order of their names. */
async function check(page, group) {
  const names = await page.evaluate(async (group) => {
    const names = [];
    for (let cursor = ""; cursor !== null; ) {
      const answer = await (await fetch(`/api/v1/groups/${group}/images?pageSize=100&cursor=${encodeURIComponent(cursor)}`)).json();
      names.push(...answer.items.map(({ fileName }) => fileName));
      cursor = answer.nextCursor;
    }
    return names;
  }, group);
  if (names.length !== count || names.some((name, index) => name !== `photo ${index + 1}.jpg`)) throw new Error("Not all files are there, or they are in another order.");
}
