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
  /** Events of its stream so far, as they are sent; none of a generation that is not streamed. */
  readonly events: string[];
  /** `starting_after` of each time that its stream was taken up again; null where it was not given. */
  readonly resumes: (string | null)[];
  /** API keys that it was asked for with. */
  readonly keys: Set<string>;
  /** Connections that show its stream. */
  readonly connections: Set<ServerResponse>;
}

/** Provider of background responses, each of which runs until the test ends it. */
export interface BackgroundProvider {
  readonly baseUrl: string;
  readonly generations: BackgroundGeneration[];
  /** Keys that calls came with. */
  readonly keys: Set<string>;
  /** Status that all looks are answered with; 0 answers them as they are due, -1 breaks the connection. */
  lookStatus: number;
  /** Status that streams which are taken up again are answered with; as of looks. */
  streamStatus: number;
  /** Status that cancellations are answered with; 200 by default. */
  cancelStatus: number;
  /** Promise that the answers to new calls wait for. */
  hold: Promise<void>;
  /** Ends every generation that runs. */
  finish(status?: string, error?: object): void;
  /** Adds words to the stream of the latest generation, each with its number. */
  say(count: number): void;
  /** Breaks all connections that show a stream. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a provider of background responses on loopback. */
export async function startBackgroundProvider(): Promise<BackgroundProvider> {
  const generations: BackgroundGeneration[] = [];
  const keys = new Set<string>();
  const state = { lookStatus: 0, streamStatus: 0, cancelStatus: 200, hold: Promise.resolve() };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      keys.add(String(request.headers.authorization));
      const url = new URL(request.url ?? '', 'http://localhost');
      const [, id, action] = /^\/v1\/responses(?:\/([^/]+))?(?:\/(cancel))?$/.exec(
        url.pathname,
      ) ?? [null, undefined, undefined];
      if (id === undefined) {
        const generation = {
          ...{ id: `resp_${generations.length}`, status: 'in_progress', error: null },
          ...{ body: JSON.parse(body) as Record<string, unknown>, looks: 0, cancels: 0 },
          idempotencyKey: String(request.headers['idempotency-key']),
          ...{
            events: [],
            resumes: [],
            keys: new Set<string>(),
            connections: new Set<ServerResponse>(),
          },
        };
        generations.push(generation);
        if (generation.body['stream'] === true) {
          add(generation, { type: 'response.created', response: shown(generation) });
          void state.hold.then(() => show(generation, response, 0));
        } else {
          void state.hold.then(() => send(response, 200, shown(generation)));
        }
        return;
      }
      const generation = generations.find((one) => one.id === id);
      if (generation === undefined) {
        send(response, 404, { error: { message: 'not found', code: null } });
      } else if (action === 'cancel') {
        generation.cancels += 1;
        generation.status = 'cancelled';
        send(response, state.cancelStatus, shown(generation));
      } else if (url.searchParams.get('stream') === 'true') {
        const after = url.searchParams.get('starting_after');
        generation.resumes.push(after);
        generation.keys.add(String(request.headers.authorization));
        if (state.streamStatus === -1) {
          response.destroy();
        } else if (state.streamStatus !== 0) {
          send(response, state.streamStatus, { error: { message: 'no stream', code: null } });
        } else {
          show(generation, response, after === null ? 0 : Number(after) + 1);
        }
      } else {
        generation.keys.add(String(request.headers.authorization));
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
        if (generation.body['stream'] === true) {
          add(generation, { type: `response.${status}`, response: shown(generation) });
          generation.connections.forEach((connection) => connection.end());
        }
      }
    },
    say(count: number) {
      const generation = generations.at(-1);
      for (let n = 0; generation !== undefined && n < count; n += 1) {
        const delta = `word ${generation.events.length} `;
        add(generation, { type: 'response.output_text.delta', delta });
      }
    },
    cut() {
      for (const { connections } of generations) {
        connections.forEach((connection) => connection.destroy());
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** Adds an event to the stream of a generation, and sends it to all who read it. */
function add({ events, connections }: BackgroundGeneration, event: { type: string }): void {
  const data = { ...event, sequence_number: events.length };
  const text = `event: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
  events.push(text);
  connections.forEach((connection) => connection.write(text));
}

/** Sends the stream of a generation from an event on. */
function show(generation: BackgroundGeneration, response: ServerResponse, from: number): void {
  const { connections, events, status } = generation;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  events.slice(from).forEach((text) => response.write(text));
  if (status !== 'in_progress') {
    response.end();
    return;
  }
  connections.add(response);
  response.on('close', () => connections.delete(response));
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
