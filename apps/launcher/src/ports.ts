import { connect } from 'node:net';

import { freePort, portIsFree } from '@reqrun/platform/embedded-postgres';

import { StartError } from './start-error.js';

/** How long a connection may take that only asks whether somebody answers, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * The port to listen on.
 *
 * @param port the wanted one; 0 picks a free one
 * @param host the address
 * @param setting the setting that names the port, for the message
 * @throws StartError when another program listens there
 */
export async function usablePort(port: number, host: string, setting: string): Promise<number> {
  if (port === 0) {
    return await freePort(host);
  }
  // macOS lets a program listen on 127.0.0.1 beside one that listens on all addresses: ask too.
  if ((await answers(host, port)) || !(await portIsFree(port, host))) {
    throw new StartError(
      `Port ${port} is in use or not allowed (${host}). Stop what uses it, or set ${setting} to another port.`,
    );
  }
  return port;
}

/**
 * Whether somebody accepts connections.
 *
 * @param host name or address
 * @param port TCP port
 */
export async function answers(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
