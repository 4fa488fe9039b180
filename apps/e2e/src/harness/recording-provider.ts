import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as received by the provider. */
export interface RecordedCall {
  /** Path, with /v1. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The received bytes. */
  readonly body: Buffer;
}

/** An answer of the provider. */
export interface ScriptedAnswer {
  /** Status; 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** A provider that records calls byte for byte, and sends the configured answer. */
export interface RecordingProvider {
  /** Base URL, with /v1. */
  readonly baseUrl: string;
  readonly calls: readonly RecordedCall[];
  /** Answer of the next calls. */
  answer: ScriptedAnswer;
  /** Resolves when a call is to be answered; at once by default. */
  beforeAnswer: () => Promise<void>;
  close(): Promise<void>;
}

/** The smallest completion. */
export const SMALL_COMPLETION =
  '{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,' +
  '"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}]}';

/** Starts a recording provider on a free port of 127.0.0.1. */
export async function startRecordingProvider(): Promise<RecordingProvider> {
  const calls: RecordedCall[] = [];
  const provider = {
    answer: { body: SMALL_COMPLETION } as ScriptedAnswer,
    beforeAnswer: (): Promise<void> => Promise.resolve(),
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      calls.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
      void provider.beforeAnswer().then(() => respond(response, provider.answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(provider, {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function respond(response: ServerResponse, { status = 200, headers, body }: ScriptedAnswer): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    })
    .end(body);
}
