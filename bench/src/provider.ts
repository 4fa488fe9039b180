import { createServer } from 'node:http';

/*
 * A provider on plain node:http that answers every call at once, or after a fixed time. Direct calls to it
 * are the reference. `node bench/dist/provider.js <delay in ms> <bytes>` prints its port. Calls of the model
 * `large` get an answer of that many bytes, and calls of the model `held` get one after 15 s.
 */

const delayMs = Number(process.argv[2] ?? 0);
const completion = (content: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created: 0,
      model: 'bench',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content },
        },
      ],
      usage: { prompt_tokens: 200, completion_tokens: 70, total_tokens: 270 },
    }),
  );
const usual = completion('A bug report about the export. '.repeat(10));
const large = completion('x'.repeat(Number(process.argv[3] ?? 0)));
const HELD_MS = 15_000;

const server = createServer((request, response) => {
  let model: string | undefined;
  request.on('data', (chunk: Buffer) => {
    // The load driver puts the model at the beginning.
    model ??= /"model":"(\w+)"/.exec(chunk.toString('latin1', 0, 64))?.[1];
  });
  request.on('end', () => {
    const answer = model === 'large' ? large : usual;
    const waitMs = model === 'held' ? HELD_MS : delayMs;
    const send = (): void => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answer.length,
      });
      response.end(answer);
    };
    if (waitMs === 0) {
      send();
    } else {
      setTimeout(send, waitMs);
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? 0) : 0}\n`);
});
process.on('disconnect', () => process.exit(0));
