import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server before the API that forwards GETs and counts calls. */
export class Relay {
  private calls = 0;
  private readonly waiters = new Map<number, () => void>();

  private constructor(private readonly server: Server) {}

  /**
   * Starts the server.
   *
   * @param origin target of the calls; null for no answer
   */
  static async start(origin: string | null): Promise<Relay> {
    const server = createServer((request, response) => {
      relay.count();
      if (origin !== null) {
        const authorization = request.headers.authorization ?? '';
        fetch(origin + (request.url ?? ''), { headers: { authorization } })
          .then(async (answer) => {
            response.writeHead(answer.status, { 'content-type': 'application/json' });
            response.end(await answer.text());
          })
          .catch(() => response.destroy());
      }
    });
    const relay = new Relay(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  /** URL of the server. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Resolves when the number of calls has been reached.
   *
   * @param times number of calls since its start
   */
  asked(times: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.calls >= times) {
        resolve();
      } else {
        this.waiters.set(times, resolve);
      }
    });
  }

  /** Stops it and ends its connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private count(): void {
    this.calls += 1;
    this.waiters.get(this.calls)?.();
  }
}
