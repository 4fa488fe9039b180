import { SlotMap } from '@reqrun/platform/collections';
import { failpoint } from '@reqrun/platform/failpoints';
import { type Frame, type IpcConnection, IpcClientPool } from '@reqrun/platform/ipc';

import type { DirectDispatch, DispatchOutcome, DispatchResult } from '../lifecycle/dispatch.js';
import type { NewRequest } from '../lifecycle/new-request.js';
import { fromWireFrames, type ShownFrames } from '../streams/frame-message.js';
import {
  type ResultsMessage,
  fromWireDispatchOutcome,
  PROTOCOL,
  type DispatchMessage,
  type DispatchReply,
  type FollowMessage,
  type FramesMessage,
  toWireRequest,
} from './protocol.js';

/** Settings of the client. */
export interface DirectDispatchClientOptions {
  /** Folder of the workers' sockets. */
  directory: string;
  /** Interval of the search for workers, in ms. */
  everyMs?: number;
  /** Longest time that a worker may take to commit, in ms; then the caller commits itself. */
  patienceMs?: number;
  /** Pause after a refusal before the worker is asked again, in ms. */
  pauseMs?: number;
}

/** The side that is told of the frames of followed streams. */
export interface FrameListener {
  /** Told of frames as they are shown. */
  shown(frames: ShownFrames): void;
  /** Told of requests of which a log was closed. */
  changed(ids: readonly string[]): void;
}

/** A worker that this process can reach. */
interface Worker {
  link: IpcConnection;
  /** Time of `performance.now()` before which it is not asked. */
  pausedUntil: number;
  /** Groups that it has not answered, by number. */
  asked: SlotMap<number, (reply: DispatchReply | null) => void>;
  /** Number of these groups that have timed out. */
  overdue: number;
}

/**
 * Dispatches requests to workers of the same machine, without a claim and without a notification. The worker
 * commits them as its own, in one statement instead of three, and reports their ends. Nothing depends on it:
 * without an answer the API commits the same ids itself.
 */
export class DirectDispatchClient implements DirectDispatch {
  private readonly workers = new Map<IpcConnection, Worker>();
  private readonly peers: IpcClientPool;
  private readonly patienceMs: number;
  private readonly pauseMs: number;
  private group = 0;
  /** UUIDs of requests whose frames somebody reads here. */
  private readonly followed = new Set<string>();
  /** UUIDs of which the workers have not been told yet. */
  private readonly changed = new Set<string>();
  private frameListener: FrameListener = { shown: () => undefined, changed: () => undefined };
  private resultListener: (end: DispatchResult) => void = () => undefined;

  /** @param options the settings */
  constructor({
    directory,
    everyMs = 1_000,
    patienceMs = 1_000,
    pauseMs = 100,
  }: DirectDispatchClientOptions) {
    this.patienceMs = patienceMs;
    this.pauseMs = pauseMs;
    this.peers = new IpcClientPool(
      directory,
      everyMs,
      {
        opened: (link) => {
          this.workers.set(link, { link, pausedUntil: 0, asked: new SlotMap(), overdue: 0 });
          if (this.followed.size > 0) {
            sayFollow(link, 'follow', [...this.followed]);
          }
        },
        arrived: (link, frame) => this.arrived(link, frame),
        closed: (link) => {
          this.workers
            .get(link)
            ?.asked.values()
            .forEach((settle) => settle(null));
          this.workers.delete(link);
        },
      },
      PROTOCOL,
    );
  }

  /** Whether there is a worker to ask. */
  get ready(): boolean {
    const now = performance.now();
    for (const worker of this.workers.values()) {
      if (isReady(worker, now)) {
        return true;
      }
    }
    return false;
  }

  /** Number of workers, whether they can be asked or not. */
  get workerCount(): number {
    return this.workers.size;
  }

  /** Connects to the workers, and keeps looking for new ones. */
  open(): Promise<void> {
    return this.peers.start();
  }

  /** Closes all connections. */
  close(): void {
    this.peers.stop();
  }

  /**
   * Sets the listener for the ends of dispatched requests; some may get lost.
   *
   * @param listener called with each end
   */
  onResult(listener: (end: DispatchResult) => void): void {
    this.resultListener = listener;
  }

  /**
   * Sets the listener for the frames of followed streams; some may get lost.
   *
   * @param listener told of the frames
   */
  onFrames(listener: FrameListener): void {
    this.frameListener = listener;
  }

  /**
   * Has the workers show the frames of a stream here, whoever runs it.
   *
   * @param id UUID of the request
   */
  follow(id: string): void {
    this.followed.add(id);
    this.sayLater(id);
  }

  /**
   * Ends `follow`.
   *
   * @param id UUID of the request
   */
  unfollow(id: string): void {
    this.followed.delete(id);
    this.sayLater(id);
  }

  /**
   * Asks a worker to accept a group and to run it.
   *
   * @param items the group
   * @returns one outcome per request, in their order
   */
  async start(items: readonly NewRequest[]): Promise<DispatchOutcome[]> {
    const worker = this.nextWorker();
    if (worker === undefined) {
      return items.map(() => 'refused');
    }
    const outcomes = (await this.ask(worker, items))?.outcomes ?? [];
    if (outcomes.includes('refused')) {
      worker.pausedUntil = performance.now() + this.pauseMs;
    }
    return items.map((request, index) => {
      const outcome = outcomes[index];
      // A request that the reply omits may have been committed.
      return outcome === undefined ? 'unknown' : fromWireDispatchOutcome(outcome, request);
    });
  }

  /** Tells the workers at the end of the turn, which may bring more. */
  private sayLater(id: string): void {
    if (this.changed.size === 0) {
      setImmediate(() => {
        const ids = [...this.changed];
        this.changed.clear();
        for (const link of this.workers.keys()) {
          sayFollow(
            link,
            'follow',
            ids.filter((one) => this.followed.has(one)),
          );
          sayFollow(
            link,
            'unfollow',
            ids.filter((one) => !this.followed.has(one)),
          );
        }
      });
    }
    this.changed.add(id);
  }

  /** Returns the next worker that can be asked, in turns. */
  private nextWorker(): Worker | undefined {
    const now = performance.now();
    for (const [link, worker] of this.workers) {
      if (isReady(worker, now)) {
        this.workers.delete(link);
        this.workers.set(link, worker);
        return worker;
      }
    }
    return undefined;
  }

  /** Returns the worker's reply, or null when it is gone or takes too long. */
  private ask(worker: Worker, items: readonly NewRequest[]): Promise<DispatchReply | null> {
    const group = (this.group += 1);
    return new Promise((resolve) => {
      let late = false;
      const settle = (reply: DispatchReply | null): void => {
        clearTimeout(timer);
        worker.asked.delete(group);
        worker.overdue -= late ? 1 : 0;
        resolve(reply);
      };
      const timer = setTimeout(() => {
        late = true;
        worker.overdue += 1;
        resolve(null);
      }, this.patienceMs);
      worker.asked.set(group, settle);
      const message: DispatchMessage = {
        kind: 'start',
        group,
        items: items.map(toWireRequest),
      };
      worker.link.send({ message, blobs: items.map(({ body }) => body) });
      failpoint('ask.after');
    });
  }

  private arrived(link: IpcConnection, { message, blobs }: Frame): void {
    const said = message as DispatchReply | ResultsMessage | FramesMessage;
    if ('parts' in said) {
      said.parts.forEach((part, index) => {
        const blob = blobs[index];
        if (blob !== undefined) {
          this.frameListener.shown(fromWireFrames(part, blob));
        }
      });
      this.frameListener.changed(said.changed);
    } else if ('ends' in said) {
      said.ends.forEach((end, index) => {
        const body = blobs[index];
        // An end without its body is found by polling.
        if (body !== undefined) {
          this.resultListener({ end, body });
        }
      });
    } else {
      this.workers.get(link)?.asked.get(said.group)?.(said);
    }
  }
}

function sayFollow(link: IpcConnection, kind: FollowMessage['kind'], ids: readonly string[]): void {
  if (ids.length > 0) {
    link.send({ message: { kind, ids } satisfies FollowMessage, blobs: [] });
  }
}

/** Returns whether a worker can be asked. One with an overdue answer can't: it may be paused. */
function isReady({ link, pausedUntil, overdue }: Worker, now: number): boolean {
  return link.open && overdue === 0 && now >= pausedUntil;
}
