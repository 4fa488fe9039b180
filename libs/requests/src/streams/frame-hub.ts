import type { IpcConnection } from '@reqrun/platform/ipc';
import type { SignalBus } from '@reqrun/platform/signals';

import { type ShownFrames, toWireFrames } from './frame-message.js';

/** A stream that runs in this process. */
export interface FrameSource {
  /** Frames that have been shown and may not be in the table yet; null where there are none. */
  recent(): ShownFrames | null;
}

/** Time for which a process elsewhere follows a stream unless it says so again, in ms. */
const REMOTE_MS = 30_000;
/** Bytes that may wait at a link. A process that reads slower finds the frames in the table. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;

/**
 * Shows the frames of this worker's streams to the processes that follow them: over links on the same machine; by a
 * signal elsewhere, where they read the table. All of it may get lost: the table has every frame.
 */
export class FrameHub {
  readonly #sources = new Map<string, FrameSource>();
  readonly #followers = new Map<string, Set<IpcConnection>>();
  readonly #ofLink = new Map<IpcConnection, Set<string>>();
  /** Ends of follows from elsewhere, `performance.now()`. */
  readonly #remote = new Map<string, number>();
  readonly #waiting = new Map<IpcConnection, { shown: ShownFrames[]; changed: Set<string> }>();

  /** @param signals the bus to processes elsewhere */
  constructor(private readonly signals: SignalBus) {
    signals.subscribe('stream_followed', (ids) => this.#followRemotely(ids));
  }

  /**
   * Shows streams over a link from now on, those that run and those that will.
   *
   * @param link the link
   * @param ids UUIDs of the requests
   */
  follow(link: IpcConnection, ids: readonly string[]): void {
    const known = this.#ofLink.get(link) ?? new Set();
    this.#ofLink.set(link, known);
    for (const id of ids) {
      known.add(id);
      const links = this.#followers.get(id) ?? new Set();
      this.#followers.set(id, links.add(link));
      const recent = this.#sources.get(id)?.recent() ?? null;
      if (recent !== null) {
        this.#queueOf(link).shown.push(recent);
      }
    }
  }

  /**
   * Shows streams over a link no longer.
   *
   * @param link the link
   * @param ids UUIDs of the requests; absent for all
   */
  unfollow(link: IpcConnection, ids?: readonly string[]): void {
    const known = this.#ofLink.get(link);
    for (const id of ids ?? [...(known ?? [])]) {
      known?.delete(id);
      const links = this.#followers.get(id);
      links?.delete(link);
      if (links?.size === 0) {
        this.#followers.delete(id);
      }
    }
    if (ids === undefined) {
      this.#ofLink.delete(link);
      this.#waiting.delete(link);
    }
  }

  /**
   * Adds a stream that begins to run here.
   *
   * @param id UUID of the request
   * @param source the stream
   */
  begin(id: string, source: FrameSource): void {
    this.#sources.set(id, source);
  }

  /**
   * Removes a stream.
   *
   * @param id UUID of the request
   * @param source the stream; a later one of the same request is left alone
   */
  end(id: string, source: FrameSource): void {
    if (this.#sources.get(id) === source) {
      this.#sources.delete(id);
    }
  }

  /**
   * Shows frames.
   *
   * @param shown the frames
   */
  show(shown: ShownFrames): void {
    for (const link of this.#followers.get(shown.id) ?? []) {
      if (link.backlogBytes < MAX_BACKLOG_BYTES) {
        this.#queueOf(link).shown.push(shown);
      }
    }
  }

  /**
   * Tells processes elsewhere that the table has new frames.
   *
   * @param id UUID of the request
   */
  stored(id: string): void {
    if (this.#isFollowedRemotely(id)) {
      this.signals.publish('stream_appended', [id]);
    }
  }

  /**
   * Tells everybody who follows a stream that its log is closed, which they find in the table.
   *
   * @param id UUID of the request
   */
  closed(id: string): void {
    for (const link of this.#followers.get(id) ?? []) {
      this.#queueOf(link).changed.add(id);
    }
    this.stored(id);
  }

  #followRemotely(ids: readonly string[]): void {
    const now = performance.now();
    for (const id of ids) {
      this.#remote.delete(id);
      this.#remote.set(id, now + REMOTE_MS);
    }
    // The oldest come first.
    for (const [id, until] of this.#remote) {
      if (until > now) {
        break;
      }
      this.#remote.delete(id);
    }
    for (const id of ids) {
      if (this.#sources.has(id)) {
        this.signals.publish('stream_appended', [id]);
      }
    }
  }

  #isFollowedRemotely(id: string): boolean {
    return (this.#remote.get(id) ?? 0) > performance.now();
  }

  /** Returns the queue of a link: what one turn of the event loop brings for it goes in one message. */
  #queueOf(link: IpcConnection): { shown: ShownFrames[]; changed: Set<string> } {
    const known = this.#waiting.get(link);
    if (known !== undefined) {
      return known;
    }
    const queue = { shown: [], changed: new Set<string>() };
    this.#waiting.set(link, queue);
    setImmediate(() => this.#flush(link));
    return queue;
  }

  #flush(link: IpcConnection): void {
    const queue = this.#waiting.get(link);
    this.#waiting.delete(link);
    if (queue === undefined) {
      return;
    }
    const encoded = queue.shown.map(toWireFrames);
    link.send({
      message: {
        kind: 'frames',
        parts: encoded.map(([part]) => part),
        changed: [...queue.changed],
      },
      blobs: encoded.map(([, blob]) => blob),
    });
  }
}
