import { createServer, type AddressInfo } from 'node:net';

/** Whether a TCP port can be listened on at this moment. */
export async function portIsFree(port: number, host: string): Promise<boolean> {
  return (await portTrouble(port, host)) === null;
}

/** Why a TCP port cannot be listened on at this moment, such as `EADDRINUSE`; null when it can. */
export async function portTrouble(port: number, host: string): Promise<string | null> {
  const listened = await listenOnce(port, host);
  return typeof listened === 'number' ? null : listened.code;
}

/** A TCP port that the operating system says is free; it may be taken before it is used. */
export async function freePort(host: string): Promise<number> {
  const port = await listenOnce(0, host);
  if (typeof port !== 'number') {
    throw new Error(`There is no free TCP port on ${host}.`);
  }
  return port;
}

async function listenOnce(port: number, host: string): Promise<number | { code: string }> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code ?? 'unknown' }),
    );
    server.listen({ port, host, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}
