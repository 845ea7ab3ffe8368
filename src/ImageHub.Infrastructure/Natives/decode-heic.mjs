// A worker in Node.js that decodes HEIC with libheif, compiled to WebAssembly. It uses the protocol of ImageHub's other render workers (WorkerMessages.cs): it
// reads lines of JSON and writes frames. The pixels are sent upright, as an uncompressed TIFF with the file's colour profile. Functions named _heif_… are
// libheif's C API (libheif/heif.h). They write a returned struct heif_error to the address in the first argument.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';

const json = 0;
const unpacked = 4;

// enum heif_colorspace, enum heif_channel, enum heif_chroma (RGB and RGBA; with 16 bits, little endian).
const rgb = 1;
const interleaved = 10;
const chromas = [
  [10, 11],
  [14, 15],
];

const rowsPerStrip = 64;

function write(kind, bytes) {
  const header = Buffer.alloc(5);
  header[0] = kind;
  header.writeInt32LE(bytes.length, 1);
  writeAll(header);
  writeAll(bytes);
}

function writeAll(bytes) {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(1, bytes, at);
}

const require = createRequire(import.meta.url);
const libheif = require('libheif-js/libheif-wasm/libheif.js');
const program = new WebAssembly.Module(fs.readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')));

// Each file gets a new instance, because an instance's memory never shrinks and an earlier file may have corrupted it.
function start() {
  return libheif({
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(program, imports);
      receive(instance);
      return instance.exports;
    },
  });
}

/** Yields the lines of the standard input. Blocks until the next line arrives. */
function* readRequests() {
  const buffer = Buffer.alloc(4096);
  let rest = '';
  for (let read; (read = fs.readSync(0, buffer)) > 0; ) {
    const lines = (rest + buffer.toString('utf8', 0, read)).split('\n');
    rest = lines.pop();
    yield* lines;
  }
}

class HeifError extends Error {
  constructor(code, subcode, message) {
    super(message);
    this.isOutOfMemory = code === 6 || subcode === 1000;
  }
}

/**
 * Creates the response for an error that the file has caused, and rethrows any other error. The file can also cause a trap in WebAssembly, which affects only
 * the file's own instance.
 */
function explain(error) {
  if (error instanceof RangeError || error.isOutOfMemory) return { IsOutOfMemory: true };
  if (error instanceof HeifError || error instanceof WebAssembly.RuntimeError) {
    return { Problem: 'corruptImage', Detail: 'The heic file is truncated or damaged.', Reason: error.message };
  }
  throw error;
}

function unpack(heif, source) {
  // Space for a struct heif_error (code, subcode, address of a text) and one address.
  const scratch = heif._malloc(16);
  const numbers = () => new Uint32Array(heif.HEAPU8.buffer, scratch, 4);
  const check = (call) => {
    call(scratch, scratch + 12);
    const [code, subcode, text, result] = numbers();
    if (code !== 0) throw new HeifError(code, subcode, readText(heif, text));
    return result;
  };
  try {
    const { size } = fs.statSync(source);
    const file = heif._malloc(size);
    if (file === 0) return { IsOutOfMemory: true };
    readInto(heif.HEAPU8.subarray(file, file + size), source);
    const context = heif._heif_context_alloc();
    check((error) => heif._heif_context_read_from_memory_without_copy(error, context, file, size, 0));
    const handle = check((error, result) => heif._heif_context_get_primary_image_handle(error, context, result));
    const bits = heif._heif_image_handle_get_luma_bits_per_pixel(handle);
    const hasAlpha = heif._heif_image_handle_has_alpha_channel(handle) !== 0;
    const sampleBytes = bits > 8 ? 2 : 1;
    const samples = hasAlpha ? 4 : 3;
    const image = check((error, result) => heif._heif_decode_image(error, handle, result, rgb, chromas[sampleBytes - 1][samples - 3], 0));
    const width = heif._heif_image_get_width(image, interleaved);
    const height = heif._heif_image_get_height(image, interleaved);
    const pixels = heif._heif_image_get_plane_readonly(image, interleaved, scratch);
    const [stride] = numbers();
    const profile = readProfile(heif, handle, scratch);
    const alpha = !hasAlpha ? undefined : heif._heif_image_handle_is_premultiplied_alpha(handle) ? 1 : 2;
    write(unpacked, tiffHead(width, height, sampleBytes, alpha, profile));
    const rowBytes = width * samples * sampleBytes;
    const buffer = Buffer.alloc(rowsPerStrip * rowBytes);
    for (let y = 0; y < height; y += rowsPerStrip) {
      const rows = Math.min(rowsPerStrip, height - y);
      const strip = buffer.subarray(0, rows * rowBytes);
      for (let row = 0; row < rows; row++) {
        const at = pixels + (y + row) * stride;
        strip.set(heif.HEAPU8.subarray(at, at + rowBytes), row * rowBytes);
      }
      if (sampleBytes === 2) widen(strip, 16 - bits);
      write(unpacked, strip);
    }
    return {};
  } catch (error) {
    return explain(error);
  }
}

/** Scales samples of more than 8 bits, such as 10 or 12, to 16 bits. */
function widen(strip, shift) {
  const words = new Uint16Array(strip.buffer, strip.byteOffset, strip.length / 2);
  for (let at = 0; at < words.length; at++) words[at] <<= shift;
}

function readText(heif, at) {
  const end = heif.HEAPU8.indexOf(0, at);
  return Buffer.from(heif.HEAPU8.subarray(at, end)).toString();
}

function readInto(target, source) {
  const file = fs.openSync(source);
  for (let at = 0; at < target.length; ) {
    const read = fs.readSync(file, target, at, target.length - at);
    if (read === 0) throw new Error('the file became shorter');
    at += read;
  }
  fs.closeSync(file);
}

function readProfile(heif, handle, scratch) {
  const size = heif._heif_image_handle_get_raw_color_profile_size(handle);
  if (size === 0) return Buffer.alloc(0);
  const at = heif._malloc(size);
  heif._heif_image_handle_get_raw_color_profile(scratch, handle, at);
  return Buffer.from(heif.HEAPU8.subarray(at, at + size));
}

/** Creates all parts of a TIFF (TIFF 6.0) that precede its pixels. */
function tiffHead(width, height, sampleBytes, alpha, profile) {
  const samples = alpha ? 4 : 3;
  const rowBytes = width * samples * sampleBytes;
  const strips = Math.ceil(height / rowsPerStrip);
  const stripBytes = Array.from({ length: strips }, (_, at) => Math.min(rowsPerStrip, height - at * rowsPerStrip) * rowBytes);
  const short = 3;
  const long = 4;
  const undefinedBytes = 7;
  const entries = [
    [256, long, [width]],
    [257, long, [height]],
    [258, short, Array(samples).fill(sampleBytes * 8)],
    [259, short, [1]],
    [262, short, [2]],
    [273, long, Array(strips).fill(0)],
    [277, short, [samples]],
    [278, long, [rowsPerStrip]],
    [279, long, stripBytes],
    [284, short, [1]],
    ...(alpha ? [[338, short, [alpha]]] : []),
    ...(profile.length > 0 ? [[34675, undefinedBytes, profile]] : []),
  ];
  const sizeOf = ([, type, values]) => values.length * { [short]: 2, [long]: 4, [undefinedBytes]: 1 }[type];
  const directory = 8;
  let end = directory + 2 + entries.length * 12 + 4;
  const places = entries.map((entry) => {
    if (sizeOf(entry) <= 4) return 0;
    const place = end;
    end += sizeOf(entry) + (sizeOf(entry) & 1);
    return place;
  });
  const head = Buffer.alloc(end);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(directory, 4);
  head.writeUInt16LE(entries.length, directory);
  let offset = end;
  entries.find(([tag]) => tag === 273)[2] = stripBytes.map((bytes) => (offset += bytes) - bytes);
  entries.forEach(([tag, type, values], index) => {
    const entry = directory + 2 + index * 12;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(type, entry + 2);
    head.writeUInt32LE(values.length, entry + 4);
    if (places[index]) head.writeUInt32LE(places[index], entry + 8);
    let at = places[index] || entry + 8;
    for (const value of values) {
      at = type === short ? head.writeUInt16LE(value, at) : type === long ? head.writeUInt32LE(value, at) : head.writeUInt8(value, at);
    }
  });
  return head;
}

write(json, Buffer.from(JSON.stringify({ Description: `libheif ${start().heif_get_version()} (libheif-js, by Node ${process.versions.node})`, DecodesHevc: true })));
for (const request of readRequests()) {
  const answer = unpack(start(), JSON.parse(request).Source);
  // Waits for pending operations before collecting garbage, because they reference the instance and its memory.
  for (let round = 0; round < 2; round++) {
    await setImmediate();
    globalThis.gc();
  }
  write(json, Buffer.from(JSON.stringify(answer)));
}
