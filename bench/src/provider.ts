import { createServer, type ServerResponse } from 'node:http';

import { embeddingsAnswer } from './embeddings/embeddings-answer.js';

/*
 * A provider on plain node:http that answers every call at once, or after a fixed time. Direct calls to it
 * are the reference. `node bench/dist/provider.js <delay in ms> <bytes>` prints its port. Calls of the model
 * `large` get an answer of that many bytes, calls of the model `held` get one after 15 s, and calls of the
 * model `embeddings` get the vectors of the suite of that name. Calls of the model `s150r30` get a stream of 150
 * tokens, 30 a second; with 0 a second, they get nothing until they leave.
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
let embeddings: Buffer | undefined;
const HELD_MS = 15_000;

function answerOf(model: string | undefined): Buffer {
  if (model === 'embeddings') {
    return (embeddings ??= embeddingsAnswer());
  }
  return model === 'large' ? large : usual;
}

/** Streams tokens at a rate, the first of them at once. */
function stream(response: ServerResponse, tokens: number, perSecond: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (perSecond === 0) {
    response.flushHeaders();
    return;
  }
  const event = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({
      ...{ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 0, model: 'bench' },
      ...{ service_tier: 'default', system_fingerprint: 'fp_0123456789' },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...{ usage: null, obfuscation: 'Qm7xT2v' },
    })}\n\n`;
  let sent = 0;
  const timer = setInterval(send, 1000 / perSecond);
  response.once('close', () => clearInterval(timer));
  send();

  function send(): void {
    sent += 1;
    const first = sent === 1 ? event({ role: 'assistant' }, null) : '';
    response.write(`${first}${event({ content: ` token${sent}` }, null)}`);
    if (sent === tokens) {
      clearInterval(timer);
      response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
    }
  }
}

const server = createServer((request, response) => {
  let model: string | undefined;
  request.on('data', (chunk: Buffer) => {
    // The load driver puts the model at the beginning.
    model ??= /"model":"(\w+)"/.exec(chunk.toString('latin1', 0, 64))?.[1];
  });
  request.on('end', () => {
    const [, tokens, perSecond] = /^s(\d+)r(\d+)$/.exec(model ?? '') ?? [];
    if (tokens !== undefined) {
      stream(response, Number(tokens), Number(perSecond));
      return;
    }
    const answer = answerOf(model);
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
