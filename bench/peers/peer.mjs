/** Parts that all peers share: their settings, and how they report that they are ready. */
import { connect } from 'node:net';

/** Base URL of the provider that every peer calls, with /v1. */
export const providerUrl = process.env.PROVIDER_URL ?? '';
/** A free port. */
export const port = Number(process.env.PORT);
/** PostgreSQL database and Redis of this peer alone, if it needs them. */
export const databaseUrl = process.env.DATABASE_URL ?? '';
export const redisUrl = process.env.REDIS_URL ?? '';
/** Folder that is removed afterwards. */
export const directory = process.env.DIRECTORY ?? '';

/** Reports the URL for calls. The benchmark waits for this. */
export function ready(url, headers = {}) {
  process.send?.({ url, headers });
}

/** Resolves when a server listens on the port. */
export async function listening(onPort) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(onPort, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ends a program that the peer started when the benchmark ends the peer. */
export function endWith(child) {
  const end = () => {
    child.once('exit', () => process.exit(0));
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 3_000).unref();
  };
  process.once('SIGTERM', end);
  process.once('disconnect', end);
  child.once('exit', (code) => process.exit(code ?? 1));
}
