import { TurnoverMap } from '@reqrun/platform/collections';
import { failpoint } from '@reqrun/platform/failpoints';
import { type Frame, type Link, LinkPeers } from '@reqrun/platform/local-link';

import type { NewRequest } from '../life/new-request.js';
import {
  type DirectEnd,
  type EndedMessage,
  fromWireOutcome,
  PROTOCOL,
  type StartMessage,
  type StartOutcome,
  type StartReply,
  toWireRequest,
} from './messages.js';

/** How the starter behaves. */
export interface DirectStarterOptions {
  /** Where the workers' sockets lie. */
  directory: string;
  /** How often to look for workers. */
  everyMs?: number;
  /** How long a worker may take to commit; after it the caller does it itself. */
  patienceMs?: number;
  /** How long a worker that has no room is not asked again. */
  pauseMs?: number;
}

/** A worker that this process can reach. */
interface Worker {
  link: Link;
  /** `performance.now()` until which it is not asked. */
  pausedUntil: number;
  /** Groups that it has not answered, by their numbers. */
  asked: TurnoverMap<number, (reply: StartReply | null) => void>;
  /** Those of them that were given up. */
  overdue: number;
}

/**
 * Gives requests to the workers of this machine without going by the table and the doorbell: the
 * worker commits them as its own, which is one statement instead of three, and tells how they end.
 * Nothing depends on it. Who gets no answer commits the same ids itself.
 */
export class DirectStarter {
  private readonly workers = new Map<Link, Worker>();
  private readonly peers: LinkPeers;
  private readonly patienceMs: number;
  private readonly pauseMs: number;
  private group = 0;
  private endedListener: (end: DirectEnd) => void = () => undefined;

  /** @param options how it behaves */
  constructor({
    directory,
    everyMs = 1_000,
    patienceMs = 1_000,
    pauseMs = 100,
  }: DirectStarterOptions) {
    this.patienceMs = patienceMs;
    this.pauseMs = pauseMs;
    this.peers = new LinkPeers(
      directory,
      everyMs,
      {
        opened: (link) =>
          this.workers.set(link, { link, pausedUntil: 0, asked: new TurnoverMap(), overdue: 0 }),
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

  /** How many workers there are, whether they can be asked or not. */
  get workerCount(): number {
    return this.workers.size;
  }

  /** Looks for workers, now and from now on. */
  open(): Promise<void> {
    return this.peers.start();
  }

  /** Ends all links. */
  close(): void {
    this.peers.stop();
  }

  /**
   * Who hears of the ends of what was started; some may get lost.
   *
   * @param listener told of each
   */
  onEnded(listener: (end: DirectEnd) => void): void {
    this.endedListener = listener;
  }

  /**
   * Asks a worker to accept a group and to run it.
   *
   * @param items the group
   * @returns what came of each, in their order
   */
  async start(items: readonly NewRequest[]): Promise<StartOutcome[]> {
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
      // One that the reply leaves out may have been committed.
      return outcome === undefined ? 'unknown' : fromWireOutcome(outcome, request);
    });
  }

  /** They take turns. */
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

  /** The worker's reply, or null when it is gone or takes too long. */
  private ask(worker: Worker, items: readonly NewRequest[]): Promise<StartReply | null> {
    const group = (this.group += 1);
    return new Promise((resolve) => {
      let late = false;
      const settle = (reply: StartReply | null): void => {
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
      const message: StartMessage = {
        kind: 'start',
        group,
        items: items.map(toWireRequest),
      };
      worker.link.send({ message, blobs: items.map(({ body }) => body) });
      failpoint('ask.after');
    });
  }

  private arrived(link: Link, { message, blobs }: Frame): void {
    const said = message as StartReply | EndedMessage;
    if ('ends' in said) {
      said.ends.forEach((end, index) => {
        const body = blobs[index];
        // One without its answer is found by looking.
        if (body !== undefined) {
          this.endedListener({ end, body });
        }
      });
    } else {
      this.workers.get(link)?.asked.get(said.group)?.(said);
    }
  }
}

/** One that owes an answer is not asked again before it has given it: it may be paused. */
function isReady({ link, pausedUntil, overdue }: Worker, now: number): boolean {
  return link.open && overdue === 0 && now >= pausedUntil;
}
