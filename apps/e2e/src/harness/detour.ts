import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that forwards calls, as a gateway before a provider does. */
export interface Detour {
  /** Base URL, with /v1. */
  readonly baseUrl: string;
  /** Number of received calls. */
  readonly calls: number;
  close(): Promise<void>;
}

/** Largest number of calls. Further calls are cut off, so that a loop ends even if a test fails. */
const MOST_CALLS = 20;

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param origin target of the calls
 * @param without headers that it removes
 */
export async function startDetour(
  origin: string,
  without: readonly string[] = [],
): Promise<Detour> {
  const out = new Set(['host', ...without]);
  let calls = 0;
  const server = createServer((incoming, outgoing) => {
    calls += 1;
    if (calls > MOST_CALLS) {
      incoming.destroy();
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !out.has(name)),
    );
    const { method, url = '' } = incoming;
    const passed = send(`${origin}${url}`, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    get calls() {
      return calls;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
