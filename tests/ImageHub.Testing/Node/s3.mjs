// An S3 server with the buckets imagehub and backups: `node s3.mjs <folder> <port, 0 for a free one> <delay of each answer in milliseconds>`.
// Prints the port; exits when its standard input ends. Lines of the input disturb its answers: `Refuses` (503), `Slow`, `Wrong` (objects with other
// bytes), `WrongLater` (the same, but only after an object has been read once) and `None`. Each line is printed again once it is in force.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import S3rver from '@20minutes/s3rver';

const [folder, wantedPort, latency] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1',
  port: Number(wantedPort),
  silent: true,
  // The AWS SDK signs a bucket's address with a trailing slash. The server checks the signature without the slash, so it would reject every listing.
  allowMismatchedSignatures: true,
  directory: folder,
  configureBuckets: [{ name: 'imagehub' }, { name: 'backups' }],
});
// The library's own method deletes a folder that it has found empty, with the objects that another request has stored in it since. This one keeps all
// folders. Listings do not contain empty folders.
server.store.deleteObject = async (bucket, key) => {
  for (const resource of ['object', 'object.md5', 'metadata.json']) await rm(server.store.getResourcePath(bucket, key, resource), { force: true });
};
let trouble = 'None';
/** The paths that have been read since `WrongLater` was set. */
const read = new Set();
const slowness = 1_500;

/** Changes the first byte of each chunk. */
const spoil = () =>
  new Transform({
    transform(chunk, _, done) {
      const spoilt = Buffer.from(chunk);
      spoilt[0] ^= 1;
      done(null, spoilt);
    },
  });

server.middleware.unshift(async (context, next) => {
  await setTimeout(Number(latency) + (trouble === 'Slow' ? slowness : 0));
  if (trouble === 'Refuses') {
    context.status = 503;
    context.type = 'application/xml';
    context.body = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
    return;
  }

  await next();
  if (context.method === 'GET' && typeof context.body?.pipe === 'function') {
    const { length, path } = context;
    if (trouble === 'Wrong' || (trouble === 'WrongLater' && read.has(path))) {
      context.body = context.body.pipe(spoil());
      context.length = length;
    }

    if (trouble === 'WrongLater') read.add(path);
  }
});
const { port } = await server.run();
console.log(port);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  trouble = line;
  read.clear();
  console.log(line);
});
lines.on('close', () => process.exit(0));
