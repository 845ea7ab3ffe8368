// An S3 server with the buckets imagehub and backups: `node s3.mjs <folder> <port, 0 for a free one> <delay of each answer in milliseconds>`.
// Prints the port; exits when its standard input ends.
import { setTimeout } from 'node:timers/promises';
import S3rver from '@20minutes/s3rver';

const [folder, wantedPort, latency] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1',
  port: Number(wantedPort),
  silent: true,
  // The AWS SDK signs a bucket's address with a trailing slash, and the server without it: the server would reject every listing.
  allowMismatchedSignatures: true,
  directory: folder,
  configureBuckets: [{ name: 'imagehub' }, { name: 'backups' }],
});
server.middleware.unshift(async (_, next) => {
  await setTimeout(Number(latency));
  await next();
});
const { port } = await server.run();
console.log(port);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
