import { once } from 'node:events';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { FaultyProxy } from './proxy.js';

const LOOK_EVERY_MS = 100;
/** Time, in ms, for which the socket of a starting worker exists before it listens. */
const STARTING_MS = 1_000;

/**
 * The links between APIs and workers, each through a proxy. For each socket in the workers' folder there is
 * one with the same name in the APIs' folder.
 */
export class ProxiedLinks {
  /** `REQRUN_LINK_DIRECTORY` of the APIs. */
  readonly apis: string;
  /** `REQRUN_LINK_DIRECTORY` of the workers. */
  readonly workers: string;
  private readonly proxies = new Map<string, FaultyProxy>();
  private fault: (proxy: FaultyProxy) => void = () => undefined;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  private constructor(folder: string) {
    this.apis = join(folder, 'apis');
    this.workers = join(folder, 'workers');
  }

  /**
   * Begins to look for the sockets of workers.
   *
   * @param folder parent of both folders
   */
  static async start(folder: string): Promise<ProxiedLinks> {
    const links = new ProxiedLinks(folder);
    await Promise.all([links.apis, links.workers].map((path) => mkdir(path, { recursive: true })));
    links.lookOn();
    return links;
  }

  /**
   * Breaks every link in one way, including links that are opened later.
   *
   * @param fault applied to each proxy
   */
  harm(fault: (proxy: FaultyProxy) => void): void {
    this.fault = fault;
    this.proxies.forEach(fault);
  }

  /** Ends the fault. */
  heal(): void {
    this.harm((proxy) => proxy.heal());
  }

  /** Ends all links. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer ?? undefined);
    await this.looking;
    this.proxies.forEach((proxy) => proxy.close());
  }

  private lookOn(): void {
    this.looking = this.look().finally(() => {
      if (!this.stopped) {
        this.timer = setTimeout(() => this.lookOn(), LOOK_EVERY_MS);
      }
    });
  }

  private async look(): Promise<void> {
    for (const [name, proxy] of this.proxies) {
      if (proxy.connections === 0 && !(await isOpen(join(this.workers, name)))) {
        // Its proxy would accept connections for a worker that is gone.
        this.proxies.delete(name);
        proxy.close();
      }
    }
    for (const name of await readdir(this.workers)) {
      const path = join(this.workers, name);
      if (this.proxies.has(name)) {
        continue;
      }
      if (await isOpen(path)) {
        const proxy = await FaultyProxy.start(() => path, join(this.apis, name));
        this.fault(proxy);
        this.proxies.set(name, proxy);
      } else if (Date.now() - (await madeAt(path)) > STARTING_MS) {
        await rm(path, { force: true });
      }
    }
  }
}

/** Returns the file's time of change, in Unix ms; the current time if there is no file. */
async function madeAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}

/** Returns whether a server listens at a socket. */
async function isOpen(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
