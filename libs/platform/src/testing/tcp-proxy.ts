import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * Fate of one exchange between a client and its server.
 *
 * - `cut-request`: the request never reaches the server; the connection breaks.
 * - `cut-answer`: the server has done it and answered; the answer is dropped, the connection breaks.
 * - `swallow-answer`: as above, but the connection stays open and silent.
 * - `stall-answer`: the answer waits until it is released.
 */
export type ProxyFault = 'cut-request' | 'cut-answer' | 'swallow-answer' | 'stall-answer';

/** A fault that waits for its exchange. */
export interface PendingFault {
  /** Resolves when it has happened. */
  readonly happened: Promise<void>;
  /** Lets a stalled answer pass; does nothing for the others. */
  release(): void;
}

/** Stands between clients and PostgreSQL and breaks what a test asks it to break. */
export interface TcpProxy {
  readonly port: number;
  /** The same URL, through the proxy. */
  through(connectionString: string): string;
  /**
   * Breaks the next exchange whose request holds a text, such as a prepared statement's name.
   *
   * @param text in the request; names of prepared statements travel with every execution
   * @param fault what happens
   */
  breakNext(text: string, fault: ProxyFault): PendingFault;
  /**
   * Cuts every connection and takes no new one, as if the server's host were gone.
   *
   * @returns resolves when somebody has tried to connect since
   */
  refuse(): Promise<void>;
  /** Takes connections again. */
  allow(): void;
  /** Cuts everything and closes. */
  close(): Promise<void>;
}

interface Armed {
  text: string;
  fault: ProxyFault;
  happened: () => void;
  released: Promise<void>;
}

/** PostgreSQL's ReadyForQuery: whatever went before it is committed or rolled back. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5]);
const READY_LENGTH = 6;

/**
 * Starts a proxy in front of a PostgreSQL server.
 *
 * @param connectionString where the server is
 */
export async function startTcpProxy(connectionString: string): Promise<TcpProxy> {
  const target = new URL(connectionString);
  const armed: Armed[] = [];
  const sockets = new Set<Socket>();
  let refusing = false;
  let onRefused = (): void => undefined;

  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      onRefused();
      return;
    }
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const destroy = (): void => {
      client.destroy();
      upstream.destroy();
    };
    let current: Armed | null = null;
    let held: Buffer[] = [];
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', destroy);
      socket.on('close', () => {
        sockets.delete(socket);
        destroy();
      });
    }
    client.on('data', (chunk) => {
      const found = armed.findIndex(({ text }) => chunk.includes(text));
      const [fault] = found === -1 ? [] : armed.splice(found, 1);
      if (fault?.fault === 'cut-request') {
        destroy();
        fault.happened();
        return;
      }
      current = fault ?? current;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (current === null) {
        client.write(chunk);
        return;
      }
      held.push(chunk);
      const answer = Buffer.concat(held);
      if (!answer.subarray(-READY_LENGTH).subarray(0, -1).equals(READY_FOR_QUERY)) {
        return;
      }
      const { fault, happened, released } = current;
      current = null;
      held = [];
      if (fault === 'cut-answer') {
        destroy();
      } else if (fault === 'stall-answer') {
        void released.then(() => client.write(answer));
      }
      happened();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());

  return {
    port,
    through(url) {
      const proxied = new URL(url);
      proxied.hostname = '127.0.0.1';
      proxied.port = String(port);
      return proxied.href;
    },
    breakNext(text, fault) {
      const [happened, reportHappened] = signal();
      const [released, release] = signal();
      armed.push({ text, fault, happened: reportHappened, released });
      return { happened, release };
    },
    refuse() {
      const [refused, report] = signal();
      onRefused = report;
      refusing = true;
      cutAll();
      return refused;
    },
    allow() {
      refusing = false;
    },
    async close() {
      refusing = true;
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A promise and what resolves it. */
function signal(): [Promise<void>, () => void] {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return [promise, resolve];
}
