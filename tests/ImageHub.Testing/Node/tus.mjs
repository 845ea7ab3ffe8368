// Uploads one file with a well-known, unmodified tus client: node tus.mjs <client> <endpoint> <token> <groupId> <fileName> <chunkSize> < file
import { buffer } from "node:stream/consumers";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";
import * as tus from "tus-js-client";

const [client, endpoint, token, groupId, fileName, chunkSize] = process.argv.slice(2);
const content = await buffer(process.stdin);
const options = {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  chunkSize: Number(chunkSize),
  retryDelays: [0, 200, 500, 1000],
  onAfterResponse: (_request, response) => {
    imageId = response.getHeader("ImageHub-Image-Id") ?? imageId;
  },
};
let imageId = null;

if (client === "tus-js-client") {
  await new Promise((resolve, reject) => {
    new tus.Upload(content, { ...options, metadata: { filename: fileName, groupId }, onSuccess: resolve, onError: reject }).start();
  });
} else {
  const uppy = new Uppy({ logger: { debug() {}, warn() {}, error() {} } }).use(Tus, options);
  // In Node.js, Uppy's tus library takes buffers instead of blobs.
  uppy.addFile({ name: fileName, type: "image/jpeg", data: content, meta: { groupId } });
  const { failed } = await uppy.upload();
  if (failed.length > 0) throw failed[0].error;
}

console.log(imageId);
