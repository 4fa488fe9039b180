import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Data that is held back in one direction of a connection, oldest first. */
interface Held {
  readonly to: Socket;
  readonly pieces: Buffer[];
}

/** A proxy between two parts of the system that can cut, delay or stall their connections. */
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
   * Starts a proxy.
   *
   * @param target a port of 127.0.0.1 or the path of a Unix socket; called for each connection, because the
   *   target may have moved
   * @param path path of the Unix socket to listen at; a free port of 127.0.0.1 if left out
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

  /** Number of connections. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Number of chunks of data that are held back. */
  get holding(): number {
    return [...this.held].reduce((sum, { pieces }) => sum + pieces.length, 0);
  }

  /** Port of the proxy. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Returns a URL changed to lead through the proxy. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(this.port);
    return proxied.href;
  }

  /** Resets every connection. New ones are accepted. */
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

  /** Forwards nothing: connections stay open and silent, as with an unplugged cable. */
  stall(): void {
    this.mode = 'stall';
    for (const pair of this.pairs) {
      pair.forEach((socket) => socket.pause());
    }
  }

  /** Delays every chunk of data by a time in ms. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Ends all faults. Stalled and held data is forwarded. */
  heal(): void {
    this.mode = 'pass';
    this.delayMs = 0;
    // Later data must not overtake held data.
    for (const { to, pieces } of this.held) {
      pieces.splice(0).forEach((piece) => to.write(piece));
    }
    for (const pair of this.pairs) {
      pair.forEach((socket) => socket.resume());
    }
  }

  /** Cuts all connections and closes. */
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
      // The oldest chunk goes first, regardless of which timer fires.
      setTimeout(() => {
        const [oldest] = held.pieces.splice(0, 1);
        if (oldest !== undefined) {
          to.write(oldest);
        }
      }, this.delayMs).unref();
    });
  }
}

/** Resets a connection. Unix sockets have no reset, so there the other side sees an end. */
function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
