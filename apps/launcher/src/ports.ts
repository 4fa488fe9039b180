import { connect } from 'node:net';

import { freePort, portTrouble } from '@reqrun/platform/embedded-postgres';

import { StartError } from './start-error.js';

/** How long a connection may take that only asks whether somebody answers, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
/** So many ports are looked at behind one that is taken. */
const NEIGHBORS = 50;

/** Address at which something is to listen. */
export interface WantedPort {
  /** Name of what listens there, for the message, e.g. `API`. */
  readonly name: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  /** The settings for the message, e.g. `REQRUN_API`, to which `_PORT` and `_HOST` are added. */
  readonly settings: string;
}

/**
 * The port to listen on.
 *
 * @param wanted which, and by whom
 * @throws StartError when nobody can listen there; it says why and what to do
 */
export async function usablePort(wanted: WantedPort): Promise<number> {
  const { name, port, host, settings } = wanted;
  if (port === 0) {
    return await freePort(host);
  }
  const trouble = await troubleOf(port, host);
  if (trouble === null) {
    return port;
  }
  const setting = `${settings}_PORT`;
  if (trouble === 'EADDRNOTAVAIL' || trouble === 'ENOTFOUND') {
    throw new StartError(
      `The ${name} can't listen on ${host}: this machine has no such address. Correct ${settings}_HOST.`,
    );
  }
  if (trouble === 'EACCES' || trouble === 'EPERM') {
    throw new StartError(
      `The ${name} may not listen on port ${port} of ${host} (${trouble}). Set ${setting} to a port from 1024 up.`,
    );
  }
  const free = await freeBehind(port, host);
  throw new StartError(
    `Port ${port} of the ${name} is taken: another program listens on it (${host}, ${trouble}). ` +
      `Stop that program, or use another port${free === null ? `: set ${setting}` : `, e.g. ${setting}=${free} npm start`}.`,
  );
}

/**
 * The wanted port, or the next one behind it that can be listened on: for a port that nobody has asked for.
 *
 * @param wanted which, and by whom
 * @param promised ports that others of ours will listen on
 * @throws StartError when there is none nearby
 */
export async function nearestPort(
  wanted: WantedPort,
  promised: readonly number[] = [],
): Promise<number> {
  const { port, host } = wanted;
  return (await freeBehind(port - 1, host, promised)) ?? (await usablePort(wanted));
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

/** macOS lets a program listen on 127.0.0.1 beside one that listens on all addresses: ask too. */
async function troubleOf(port: number, host: string): Promise<string | null> {
  return (await answers(host, port)) ? 'EADDRINUSE' : await portTrouble(port, host);
}

async function freeBehind(
  port: number,
  host: string,
  promised: readonly number[] = [],
): Promise<number | null> {
  for (let next = port + 1; next <= Math.min(port + NEIGHBORS, 65_535); next += 1) {
    if (!promised.includes(next) && (await troubleOf(next, host)) === null) {
      return next;
    }
  }
  return null;
}
