import { chmod, mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

import type { Frame } from './frame.js';
import { IpcConnection } from './ipc-connection.js';

/** The ending of the sockets' names. */
export const SOCKET_ENDING = '.sock';
/** `sun_path` of unix(7) has 108 bytes with its end, 104 on other systems than Linux. */
const MAX_PATH_BYTES = 103;
/** How long a name may be: eight characters and the ending. */
const NAME_BYTES = 8 + SOCKET_ENDING.length;

/**
 * Whether sockets can lie in a folder: their paths may not be longer than the system's addresses.
 *
 * @param directory an absolute path
 */
export function fitsSockets(directory: string): boolean {
  return Buffer.byteLength(directory) + 1 + NAME_BYTES <= MAX_PATH_BYTES;
}

/** Opens a socket in a folder to which other processes of the same machine, and user, connect. */
export class IpcServer {
  private readonly server: Server;
  private readonly links = new Set<IpcConnection>();

  /**
   * @param directory where the socket lies; made, for this user alone, if it is not there
   * @param name eight characters that no other process of the folder has
   * @param onFrame told of each frame that arrives
   * @param onClose told of each link that has ended
   */
  constructor(
    private readonly directory: string,
    private readonly name: string,
    onFrame: (link: IpcConnection, frame: Frame) => void,
    onClose: (link: IpcConnection) => void = () => undefined,
  ) {
    this.server = createServer((socket) => {
      this.links.add(
        new IpcConnection(socket, onFrame, (link) => {
          this.links.delete(link);
          onClose(link);
        }),
      );
    });
  }

  /**
   * Begins to listen.
   *
   * @throws when the folder can't be made or the socket can't be opened there
   */
  async start(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, `${this.name}${SOCKET_ENDING}`);
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, resolve);
    });
    this.server.removeAllListeners('error');
    // A connection that can't be taken is tried again by who wants it.
    this.server.on('error', () => undefined);
    await chmod(path, 0o600);
  }

  /** Takes no more connections and ends those that are there; what was sent is written first. */
  async stop(): Promise<void> {
    this.links.forEach((link) => link.end());
    if (this.server.listening) {
      const closed = new Promise((resolve) => this.server.close(resolve));
      const late = setTimeout(() => this.links.forEach((link) => link.destroy()), 1_000);
      await closed;
      clearTimeout(late);
    }
  }
}
