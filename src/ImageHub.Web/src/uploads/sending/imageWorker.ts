import { sha256 } from "@noble/hashes/sha2.js";
import type { Job, Result } from "./workerPool";

/** Hashes and reduces photos outside the main thread, one at a time. */
addEventListener("message", async ({ data }: MessageEvent<Job>) => {
  try {
    post({ ok: true, value: data.kind === "hash" ? await hash(data.blob) : await downscale(data.blob, data.side) });
  } catch {
    post({ ok: false });
  }
});

const post = (result: Result) => postMessage(result);

const chunk = 1 << 20;

/** The SHA-256 in hexadecimal digits. At most one chunk of the file is in memory. */
async function hash(blob: Blob): Promise<string> {
  return Array.from(await digestOf(blob), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function digestOf(blob: Blob): Promise<Uint8Array> {
  // The browser's implementation is faster, but needs the whole file in memory and a secure context.
  if (blob.size <= chunk && crypto.subtle !== undefined)
    return new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const digest = sha256.create();
  for (let at = 0; at < blob.size; at += chunk)
    digest.update(new Uint8Array(await blob.slice(at, at + chunk).arrayBuffer()));
  return digest.digest();
}

/**
 * The output format of each format that is reduced. GIF is not reduced, because it may be animated. AVIF is not
 * reduced, because its files are small and would lose their alpha channel.
 */
const targets: Record<string, string> = {
  "image/jpeg": "image/jpeg",
  "image/png": "image/png",
  "image/webp": "image/webp",
  "image/heic": "image/jpeg",
  "image/heif": "image/jpeg",
  "image/tiff": "image/jpeg",
};

/** The photo reduced to `side` pixels; null if the original must be sent, for example because it is small, animated or not decodable. */
async function downscale(blob: Blob, side: number): Promise<Blob | null> {
  const type = targets[blob.type];
  if (type === undefined || !isCanvasExact() || (await isAnimated(blob))) return null;
  // The orientation is applied, because the result has no metadata.
  const photo = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => null);
  if (photo === null) return null;
  const scale = side / Math.max(photo.width, photo.height);
  if (scale >= 1) {
    photo.close();
    return null;
  }
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const small = await createImageBitmap(photo, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  photo.close();
  const canvas = new OffscreenCanvas(width, height);
  // Drawing in memory and not on the graphics card gives reproducible bytes, so that a second drop is recognized as a duplicate.
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(small, 0, 0, width, height);
  small.close();
  const result = await canvas.convertToBlob({ type, quality: 0.9 });
  // Browsers write a PNG in place of a format that they cannot encode.
  return result.type === type ? result : null;
}

/** Whether a WebP or PNG is animated; a canvas would keep only one frame. */
async function isAnimated(blob: Blob): Promise<boolean> {
  if (blob.type !== "image/webp" && blob.type !== "image/png") return false;
  const head = new Uint8Array(await blob.slice(0, 4096).arrayBuffer());
  const letters = String.fromCharCode(...head);
  return blob.type === "image/webp"
    ? letters.slice(12, 16) === "VP8X" && ((head[20] ?? 0) & 0x02) !== 0
    : letters.includes("acTL");
}

let truly: boolean | undefined;

/** Whether a canvas returns the pixels that were drawn: some browsers add noise to prevent fingerprinting. */
function isCanvasExact(): boolean {
  if (truly !== undefined) return truly;
  const context = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
  if (context === null) return false;
  for (let x = 0; x < 16; x++) {
    context.fillStyle = `rgb(${x * 16} ${255 - x * 16} 128)`;
    context.fillRect(x, 0, 1, 16);
  }
  const { data } = context.getImageData(0, 0, 16, 16);
  truly = data.every((value, at) => {
    const x = (at >> 2) % 16;
    return value === [x * 16, 255 - x * 16, 128, 255][at % 4];
  });
  return truly;
}
