import { readdir, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import type { Frame } from './frame.js';
import { IpcConnection } from './ipc-connection.js';
import { SOCKET_ENDING } from './ipc-server.js';

/** A socket that nobody listens on and that is older than this was left by a process that was killed. */
const LEFT_BEHIND_AFTER_MS = 10_000;

/** Listener for what happens to the links. */
export interface IpcClientPoolListener {
  /** A link can be used. */
  opened(link: IpcConnection): void;
  /** Something arrived. */
  arrived(link: IpcConnection, frame: Frame): void;
  /** A link is gone, and with it whatever was on its way. */
  closed(link: IpcConnection): void;
}

/** Keeps a link to every process that opens a socket in a folder. */
export class IpcClientPool {
  private readonly known = new Map<string, IpcConnection | null>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /**
   * @param directory where the sockets lie; it need not be there yet
   * @param everyMs how often to look for new ones
   * @param listener told of the links
   * @param prefix what the names of the sockets begin with; others are left alone
   */
  constructor(
    private readonly directory: string,
    private readonly everyMs: number,
    private readonly listener: IpcClientPoolListener,
    private readonly prefix = '',
  ) {}

  /** Looks once, connects to what is there, and goes on looking. */
  async start(): Promise<void> {
    if (this.stopped) {
      return;
    }
    await this.look();
    this.timer = setTimeout(() => void this.start(), this.everyMs);
  }

  /** Ends all links. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer ?? undefined);
    this.known.forEach((link) => link?.destroy());
  }

  private async look(): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    const added = names.filter(
      (name) =>
        name.startsWith(this.prefix) && name.endsWith(SOCKET_ENDING) && !this.known.has(name),
    );
    await Promise.all(added.map((name) => this.connect(name)));
  }

  private async connect(name: string): Promise<void> {
    const path = join(this.directory, name);
    this.known.set(name, null);
    await new Promise<void>((resolve) => {
      const socket = connect(path);
      socket.once('error', (error: NodeJS.ErrnoException) => {
        this.known.delete(name);
        void (error.code === 'ECONNREFUSED' ? removeLeftBehind(path) : null);
        resolve();
      });
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        const link = new IpcConnection(
          socket,
          (from, frame) => this.listener.arrived(from, frame),
          (closed) => {
            this.known.delete(name);
            this.listener.closed(closed);
          },
        );
        this.known.set(name, link);
        if (this.stopped) {
          link.destroy();
        } else {
          this.listener.opened(link);
        }
        resolve();
      });
    });
  }
}

/** A process that is just starting has made its socket and does not listen yet, so age decides. */
async function removeLeftBehind(path: string): Promise<void> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > LEFT_BEHIND_AFTER_MS) {
      await unlink(path);
    }
  } catch {
    // Somebody else was faster.
  }
}
