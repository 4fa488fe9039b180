import { createServer } from 'node:http';

/*
 * A provider on plain node:http that answers every call at once, or after a fixed time: what direct
 * calls are measured against. `node bench/dist/provider.js <delay in ms>` prints its port.
 */

const delayMs = Number(process.argv[2] ?? 0);
const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 0,
    model: 'bench',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'A bug report about the export. '.repeat(10) },
      },
    ],
    usage: { prompt_tokens: 200, completion_tokens: 70, total_tokens: 270 },
  }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const send = (): void => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answer.length,
      });
      response.end(answer);
    };
    if (delayMs === 0) {
      send();
    } else {
      setTimeout(send, delayMs);
    }
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? 0) : 0}\n`);
});
process.on('disconnect', () => process.exit(0));
