// An S3 server with a bucket called imagehub, on the given port, else a free one. Prints the port; ends when its standard input does.
import S3rver from '@20minutes/s3rver';

const server = new S3rver({
  address: '127.0.0.1',
  port: Number(process.argv[3] ?? 0),
  silent: true,
  // It signs a bucket's address without the slash that the AWS SDK sends, and would refuse every listing.
  allowMismatchedSignatures: true,
  directory: process.argv[2],
  configureBuckets: [{ name: 'imagehub' }],
});
const { port } = await server.run();
console.log(port);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
