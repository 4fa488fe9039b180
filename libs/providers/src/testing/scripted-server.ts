import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Answers one request on its socket, byte by byte as it likes. `index` counts from 0. */
export type Answer = (socket: Socket, index: number) => void;

/** A server on loopback that reads HTTP/1.1 requests whole and leaves every byte of the answer to the test. */
export interface ScriptedServer {
  readonly port: number;
  readonly baseUrl: string;
  /** The requests as they came, head and body. */
  readonly requests: string[];
  /** Every connection that was ever made; a TLS client's too, though it sends no request. */
  readonly sockets: Socket[];
  /** Resolves when the request of this index has arrived. */
  arrived(index: number): Promise<void>;
  /** Resolves when the connection of this index is gone on this side too. */
  gone(index: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port. */
export async function startScriptedServer(answer: Answer): Promise<ScriptedServer> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const closings: Promise<unknown>[] = [];
  const waiting = new Map<number, () => void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    closings.push(new Promise((resolve) => socket.on('close', resolve)));
    // A client that resets is part of the tests.
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (isWhole(received)) {
        const index = requests.push(received) - 1;
        received = '';
        waiting.get(index)?.();
        answer(socket, index);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    sockets,
    async arrived(index) {
      if (requests.length <= index) {
        await new Promise<void>((resolve) => waiting.set(index, resolve));
      }
    },
    async gone(index) {
      await closings[index];
    },
    async close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) {
    return false;
  }
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, end + 2))?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

/** A whole answer with a correct content-length. */
export function whole(
  status: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    head(status, { ...headers, 'content-length': String(bytes.length) }),
    bytes,
  ]);
}

/** The head of an answer, and nothing behind it. */
export function head(status: string, headers: Record<string, string>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`, 'latin1');
}
