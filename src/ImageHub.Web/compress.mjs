// Compresses the output of `npm run build` once, so that the server need not compress each response. Writes `name.br` and `name.gz`
// beside each text file, if they are smaller than the file. Web.targets runs this script.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { gzipAsync } from "@gfx/zopfli";

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), "dist");
const text = new Set([".css", ".html", ".js", ".json", ".svg", ".txt"]);

for (const entry of fs.readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !text.has(path.extname(entry.name))) continue;
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  const content = fs.readFileSync(file);
  const forms = {
    br: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    gz: await gzipAsync(content, { numiterations: 5 }),
  };
  for (const [extension, compressed] of Object.entries(forms)) {
    if (compressed.length < content.length) fs.writeFileSync(`${file}.${extension}`, compressed);
  }
}
