import type { Socket } from 'node:net';

import { encodeFrame, type Frame, FrameReader } from './frame.js';

/** A connection between two processes of one machine. What it carries may get lost with it. */
export class IpcConnection {
  private readonly reader = new FrameReader();
  private ended = false;

  /**
   * @param socket connected
   * @param onFrame told of each frame that arrives
   * @param onClose told once, when nothing more arrives
   */
  constructor(
    private readonly socket: Socket,
    onFrame: (link: IpcConnection, frame: Frame) => void,
    onClose: (link: IpcConnection) => void,
  ) {
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of this.reader.push(chunk)) {
          onFrame(this, frame);
        }
      } catch {
        // Whatever is at the other end, it does not speak our language.
        socket.destroy();
      }
    });
    // Each error is followed by 'close'.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.ended = true;
      onClose(this);
    });
  }

  /** Whether frames can still be sent. */
  get open(): boolean {
    return !this.ended && this.socket.writable;
  }

  /** Bytes that were sent and that the other process has not taken yet. */
  get backlogBytes(): number {
    return this.socket.writableLength;
  }

  /**
   * Sends a frame, in the order of the calls. Whether it arrives only an answer can tell.
   *
   * @param frame what to tell
   */
  send(frame: Frame): void {
    if (!this.open) {
      return;
    }
    this.socket.cork();
    for (const part of encodeFrame(frame)) {
      this.socket.write(part);
    }
    this.socket.uncork();
  }

  /** Ends the connection when what was sent has been written. */
  end(): void {
    this.socket.end();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.socket.destroy();
  }
}
