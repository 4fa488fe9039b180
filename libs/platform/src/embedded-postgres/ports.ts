import { createServer, type AddressInfo } from 'node:net';

/** Whether a TCP port can be listened on at this moment. */
export async function portIsFree(port: number, host: string): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined;
}

/** A TCP port that the operating system says is free; it may be taken before it is used. */
export async function freePort(host: string): Promise<number> {
  const port = await listenOnce(0, host);
  if (port === undefined) {
    throw new Error(`There is no free TCP port on ${host}.`);
  }
  return port;
}

async function listenOnce(port: number, host: string): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}
