import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One direction of a connection: what is held back of it, oldest first. */
interface Held {
  readonly to: Socket;
  readonly pieces: Buffer[];
}

/** Stands between two parts of the system and cuts, delays or stalls their connections. */
export class FaultyProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly held = new Set<Held>();
  private mode: 'pass' | 'refuse' | 'stall' = 'pass';
  private delayMs = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: () => number | string,
  ) {}

  /**
   * Starts one.
   *
   * @param target a port of 127.0.0.1 or the path of a Unix socket; asked at each connection, for the
   *   other side may have moved
   * @param path of the Unix socket to listen at; a free port of 127.0.0.1 where it is left out
   */
  static async start(target: () => number | string, path?: string): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, target);
    server.on('connection', (client) => proxy.accept(client));
    if (path === undefined) {
      server.listen(0, '127.0.0.1');
    } else {
      server.listen(path);
    }
    await once(server, 'listening');
    return proxy;
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.pairs.size;
  }

  /** How many pieces of data it holds back. */
  get holding(): number {
    return [...this.held].reduce((sum, { pieces }) => sum + pieces.length, 0);
  }

  /** Where it listens. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The same URL, through the proxy. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(this.port);
    return proxied.href;
  }

  /** Resets every connection; new ones are taken. */
  cut(): void {
    for (const pair of this.pairs) {
      pair.forEach(reset);
    }
  }

  /** Resets every connection, old and new. */
  refuse(): void {
    this.mode = 'refuse';
    this.cut();
  }

  /** Lets nothing through: connections stay open and silent, as behind a cable that was pulled. */
  stall(): void {
    this.mode = 'stall';
    for (const pair of this.pairs) {
      pair.forEach((socket) => socket.pause());
    }
  }

  /** Holds every piece of data back for so many milliseconds. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Ends all faults; what was stalled or held back goes on. */
  heal(): void {
    this.mode = 'pass';
    this.delayMs = 0;
    // What comes next must not overtake it.
    for (const { to, pieces } of this.held) {
      pieces.splice(0).forEach((piece) => to.write(piece));
    }
    for (const pair of this.pairs) {
      pair.forEach((socket) => socket.resume());
    }
  }

  /** Cuts everything and closes. */
  close(): void {
    this.refuse();
    this.server.close();
  }

  private accept(client: Socket): void {
    if (this.mode === 'refuse') {
      client.on('error', () => undefined);
      reset(client);
      return;
    }
    const target = this.target();
    const upstream = typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    this.forward(client, upstream);
    this.forward(upstream, client);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        pair.forEach((other) => other.destroy());
      });
      if (this.mode === 'stall') {
        socket.pause();
      }
    }
  }

  private forward(from: Socket, to: Socket): void {
    const held: Held = { to, pieces: [] };
    this.held.add(held);
    from.once('close', () => this.held.delete(held));
    from.on('data', (piece) => {
      if (this.delayMs === 0) {
        to.write(piece);
        return;
      }
      held.pieces.push(piece);
      // Whichever timer fires, the oldest goes first.
      setTimeout(() => {
        const [oldest] = held.pieces.splice(0, 1);
        if (oldest !== undefined) {
          to.write(oldest);
        }
      }, this.delayMs).unref();
    });
  }
}

/** Unix sockets know no reset: there, and only there, the other side sees an end. */
function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
