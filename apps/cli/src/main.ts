import { screenSettings } from './config.js';
import { EXIT } from './exit-codes.js';
import { Output } from './output/output.js';
import { runProgram } from './program.js';

// Who reads the output may go away before the end: a pipe to `head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(EXIT.brokenPipe);
});
process.stderr.on('error', () => undefined);

const stop = new AbortController();
// Once: a second signal ends the process there and then.
process.once('SIGINT', () => stop.abort(EXIT.interrupted));
process.once('SIGTERM', () => stop.abort(EXIT.terminated));

// Not exit(): what has been written goes out first.
process.exitCode = await runProgram(process.argv.slice(2), {
  output: new Output(process.stdout, process.stderr, screenSettings()),
  stdin: process.stdin,
  signal: stop.signal,
});
