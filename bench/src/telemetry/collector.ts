import { createServer } from 'node:http';

/*
 * A collector that takes what it is sent and drops it. `node bench/dist/telemetry/collector.js` prints its port.
 */

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? 0) : 0}\n`);
});
process.on('disconnect', () => process.exit(0));
