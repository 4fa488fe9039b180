import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '@reqrun/platform/embedded-postgres';
import { redisAvailable, startTestRedis } from '@reqrun/platform/testing';

import type { Watched } from '../measure.js';
import { startPostgres } from '../postgres.js';
import { usageOf } from '../processes.js';
import type { Peer } from './catalog.js';
import { PEERS_FOLDER } from './install.js';

/** A peer that is ready for calls. */
export interface RunningPeer extends Watched {
  url: string;
  headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A peer can't run here, for the reason in the message. */
export class PeerUnavailable extends Error {
  override name = 'PeerUnavailable';
}

const PATIENCE_MS = 60_000;
const STOP_MS = 15_000;
const HOST = '127.0.0.1';

/**
 * Starts a peer with all its requirements, in processes and folders of its own, and sends it one call.
 *
 * @param peer the peer
 * @param providerUrl base URL of its provider, with /v1
 * @throws PeerUnavailable
 */
export async function startPeer(peer: Peer, providerUrl: string): Promise<RunningPeer> {
  if (peer.needs.redis === true && !redisAvailable()) {
    throw new PeerUnavailable('it needs a redis-server on the PATH');
  }
  const directory = await mkdtemp(join(tmpdir(), 'reqrun-peer-'));
  const closers: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) {
      await close();
    }
  };
  try {
    const postgres =
      peer.needs.database === true
        ? await startPostgres(join(directory, 'postgresql'), 'peer')
        : undefined;
    closers.push(async () => postgres?.stop());
    const redis = peer.needs.redis === true ? await startTestRedis() : undefined;
    closers.push(async () => redis?.close());
    const child = fork(join(PEERS_FOLDER, `${peer.file}.mjs`), {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PROVIDER_URL: providerUrl,
        DATABASE_URL: postgres?.url ?? '',
        REDIS_URL: redis?.url ?? '',
        DIRECTORY: directory,
        PORT: String(await freePort(HOST)),
        PORT_2: String(await freePort(HOST)),
        PORT_3: String(await freePort(HOST)),
        PORT_4: String(await freePort(HOST)),
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ended = once(child, 'exit');
    closers.push(async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    });
    const target = await readyMessage(child, ended);
    await tryOnce(target);
    const roots = [child.pid, postgres?.pid, redis?.pid].filter((pid) => pid !== undefined);
    return {
      ...target,
      usage: () => usageOf(...roots),
      ...(postgres === undefined ? {} : { commits: () => postgres.commits() }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Target {
  url: string;
  headers: Readonly<Record<string, string>>;
}

async function readyMessage(
  child: ReturnType<typeof fork>,
  ended: Promise<unknown>,
): Promise<Target> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await Promise.race([
      once(child, 'message', { signal: patience.signal }).then(([message]) => message as Target),
      ended.then(() => {
        throw new Error('it ended');
      }),
    ]);
  } catch {
    throw new PeerUnavailable('it did not start');
  } finally {
    clearTimeout(timer);
    patience.abort();
  }
}

/** Asserts that a peer answers with the provider's completion. Otherwise its figures mean nothing. */
async function tryOnce({ url, headers }: Target): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'x' }] }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null);
  const text = (await response?.text()) ?? '';
  if (response?.status !== 200 || !text.includes('"chatcmpl-bench"')) {
    throw new PeerUnavailable(`it answered a call with ${response?.status ?? 'nothing'}`);
  }
}
