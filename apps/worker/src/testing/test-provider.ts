import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that has arrived at the provider. */
export interface ProviderVisit {
  idempotencyKey: string;
  body: string;
  /** Resolves when the caller has closed the connection without an answer. */
  abandoned: Promise<unknown>;
  /** Answers the call. */
  answer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** Announces an answer of this length in bytes, sends the text, and then stalls. */
  promise(bytes: number, text: string): void;
}

/** A provider that answers when the test tells it to. */
export interface TestProvider {
  baseUrl: string;
  /** All calls so far. */
  visits: ProviderVisit[];
  /** The call of this index (from 0), as soon as it has arrived. */
  visit(index: number): Promise<ProviderVisit>;
  close(): Promise<void>;
}

/** Body of a successful answer. */
export const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { total_tokens: 3 },
};

/**
 * Starts a provider on loopback.
 *
 * @param answerAtOnce body with which every call is answered at once; by default each waits for the test
 */
export async function startTestProvider(answerAtOnce?: unknown): Promise<TestProvider> {
  const visits: ProviderVisit[] = [];
  let onVisit = (): void => undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const visit = {
        idempotencyKey: String(request.headers['idempotency-key']),
        body: Buffer.concat(chunks).toString(),
        abandoned: once(response, 'close'),
        answer: (status: number, body: unknown, headers = {}) =>
          answer(response, status, body, headers),
        promise: (bytes: number, text: string) => promise(response, bytes, text),
      };
      visits.push(visit);
      if (answerAtOnce !== undefined) {
        visit.answer(200, answerAtOnce);
      }
      onVisit();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    visits,
    async visit(index) {
      for (;;) {
        const visit = visits[index];
        if (visit !== undefined) {
          return visit;
        }
        await new Promise<void>((resolve) => {
          onVisit = resolve;
        });
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function promise(response: ServerResponse, bytes: number, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes });
  response.write(text);
}
