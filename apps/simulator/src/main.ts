import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

import { CallFile } from './calls/call-file.js';
import { createSimulator } from './server.js';

const USAGE = 'Usage: main.js [--port N] [--host 127.0.0.1] [--log-calls FILE]';

/** Starts the simulator and says so with one line of JSON on stdout. */
async function main(): Promise<void> {
  const settings = readArguments();
  const server = createSimulator(
    settings.callFile === undefined ? {} : { callFile: new CallFile(settings.callFile) },
  );
  // Nothing is worth waiting for: calls that hang are dropped, and every line is written already.
  const stop = (): void => process.exit(0);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.send !== undefined) {
    process.on('disconnect', stop);
    if (!process.connected) {
      // Whoever started this was gone before it could listen for that.
      stop();
    }
  }
  await server.listen({ port: settings.port, host: settings.host });
  const { port } = server.server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'listening', port })}\n`);
}

function readArguments(): { port: number; host: string; callFile: string | undefined } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      'log-calls': { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new TypeError('--port takes a number from 0 to 65535.');
  }
  return { port, host: values.host, callFile: values['log-calls'] };
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : 'The simulator did not start.';
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(1);
}
