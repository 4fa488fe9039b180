import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response that the provider generates in the background. */
export interface BackgroundGeneration {
  readonly id: string;
  /** Body of the call that began it. */
  readonly body: Record<string, unknown>;
  readonly idempotencyKey: string;
  status: string;
  error: object | null;
  /** Number of looks at it. */
  looks: number;
  /** Number of its cancellations. */
  cancels: number;
}

/** Provider of background responses, each of which runs until the test ends it. */
export interface BackgroundProvider {
  readonly baseUrl: string;
  readonly generations: BackgroundGeneration[];
  /** Keys that calls came with. */
  readonly keys: Set<string>;
  /** Status that all looks are answered with; 0 answers them as they are due, -1 breaks the connection. */
  lookStatus: number;
  /** Status that cancellations are answered with; 200 by default. */
  cancelStatus: number;
  /** Promise that the answers to new calls wait for. */
  hold: Promise<void>;
  /** Ends every generation that runs. */
  finish(status?: string, error?: object): void;
  close(): Promise<void>;
}

/** Starts a provider of background responses on loopback. */
export async function startBackgroundProvider(): Promise<BackgroundProvider> {
  const generations: BackgroundGeneration[] = [];
  const keys = new Set<string>();
  const state = { lookStatus: 0, cancelStatus: 200, hold: Promise.resolve() };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      keys.add(String(request.headers.authorization));
      const [, id, action] = /^\/v1\/responses(?:\/([^/]+))?(?:\/(cancel))?$/.exec(
        request.url ?? '',
      ) ?? [null, undefined, undefined];
      if (id === undefined) {
        const generation = {
          ...{ id: `resp_${generations.length}`, status: 'in_progress', error: null },
          ...{ body: JSON.parse(body) as Record<string, unknown>, looks: 0, cancels: 0 },
          idempotencyKey: String(request.headers['idempotency-key']),
        };
        generations.push(generation);
        void state.hold.then(() => send(response, 200, shown(generation)));
        return;
      }
      const generation = generations.find((one) => one.id === id);
      if (generation === undefined) {
        send(response, 404, { error: { message: 'not found', code: null } });
      } else if (action === 'cancel') {
        generation.cancels += 1;
        generation.status = 'cancelled';
        send(response, state.cancelStatus, shown(generation));
      } else {
        generation.looks += 1;
        if (state.lookStatus === -1) {
          response.destroy();
        } else {
          send(response, state.lookStatus || 200, shown(generation));
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    ...{ generations, keys },
    finish(status = 'completed', error: object | null = null) {
      for (const generation of generations.filter((one) => one.status === 'in_progress')) {
        Object.assign(generation, { status, error });
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

const shown = ({ id, status, error }: BackgroundGeneration): object => ({
  ...{ id, object: 'response', status, error },
  output: [],
  usage: { total_tokens: 3 },
});

function send(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'openai-poll-after-ms': '5' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
