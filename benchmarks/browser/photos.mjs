import fs from "node:fs";
import path from "node:path";

/**
 * Draws JPEGs of 1600 × 1067 pixels in a browser and saves them in one folder for each group. All are different and compress about as
 * well as photographs. Existing folders are left unchanged.
 */
export async function drawPhotos(page, folder, groups) {
  let seed = 0;
  for (const { name, count } of groups) {
    const target = path.join(folder, name);
    const unfinished = path.join(folder, `${name}.unfinished`);
    const first = seed;
    seed += count;
    if (fs.existsSync(target)) continue;
    fs.mkdirSync(unfinished, { recursive: true });
    for (let number = 1; number <= count; number++) {
      const jpeg = await page.evaluate(draw, first + number);
      fs.writeFileSync(path.join(unfinished, `photo ${number}.jpg`), Buffer.from(jpeg, "base64"));
    }
    fs.renameSync(unfinished, target);
  }
}

/** Runs in the page: draws a sky, soft hills, blades of grass for detail, and the seed as a number. Returns the JPEG in base64. */
async function draw(seed) {
  let state = seed * 2654435761;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  const [width, height] = [1600, 1067];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const hue = random() * 360;
  const sky = context.createLinearGradient(0, 0, width * random(), height);
  sky.addColorStop(0, `hsl(${hue} 55% 45%)`);
  sky.addColorStop(1, `hsl(${hue + 60} 60% 82%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let hill = 0; hill < 6; hill++) {
    context.fillStyle = `hsl(${hue + 120 + hill * 8} 35% ${55 - hill * 7}%)`;
    context.beginPath();
    context.ellipse(width * random(), height * (1 + 0.05 * random()), width * (0.3 + random() * 0.4), height * (0.6 - hill * 0.08), 0, 0, 7);
    context.fill();
  }
  for (let blade = 0; blade < 1500; blade++) {
    const [x, y] = [width * random(), height * (0.65 + 0.4 * random())];
    context.strokeStyle = `hsl(${hue + 100 + 60 * random()} 40% ${15 + 45 * random()}%)`;
    context.lineWidth = 1 + 3 * random();
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 40 * (random() - 0.5), y - 30 - 60 * random());
    context.stroke();
  }
  context.fillStyle = "#fffc";
  context.font = "600 120px sans-serif";
  context.fillText(String(seed), 60, 160);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
