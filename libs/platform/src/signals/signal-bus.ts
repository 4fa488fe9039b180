/**
 * Signals between processes. `due`: there is work (no ids). `finished`: these requests reached
 * a terminal state. `canceled`: whoever calls the provider for these should stop. `keys_changed`: what
 * is remembered of the API keys of these projects does not hold any more. `stream_followed`: somebody reads the
 * streams of these requests. `stream_appended`: the table has new frames of them, or their end. `lanes`: a lane has
 * changed its phase (no ids).
 */
export type Signal =
  | 'due'
  | 'finished'
  | 'canceled'
  | 'keys_changed'
  | 'stream_followed'
  | 'stream_appended'
  | 'lanes';

/** All signals. */
export const SIGNALS: readonly Signal[] = [
  'due',
  'finished',
  'canceled',
  'keys_changed',
  'stream_followed',
  'stream_appended',
  'lanes',
];

/**
 * Tells other processes at once what the table tells them a little later anyway. Signals carry ids
 * and nothing else, and any of them may get lost: nothing depends on one.
 */
export interface SignalBus {
  /** Whether signals are arriving at present. */
  readonly connected: boolean;
  /** Sends without waiting and without ever failing; calls close in time are sent as one. */
  publish(signal: Signal, ids?: readonly string[]): void;
  /** Calls the handler for each arrival; `due` comes with no ids. */
  subscribe(signal: Signal, handler: (ids: readonly string[]) => void): void;
  /**
   * The channel on which a statement can give a signal itself, with `pg_notify`, as its commit
   * becomes seen; absent where signals do not go through PostgreSQL. NOTIFY lets one commit at a time
   * through, for the whole server, so this is for a process that has nothing else to commit.
   */
  channelOf?(signal: Signal): string;
  /** Connects; resolves whether or not it could. */
  start(): Promise<void>;
  /** Closes all connections. */
  stop(): Promise<void>;
}

/** More ids than this in one turn are not worth sending: whoever waits looks by itself. */
const MAX_PENDING_IDS = 20_000;

/** Base of both buses: who listens, and the joining of signals that are close in time. */
export abstract class CoalescingSignalBus implements SignalBus {
  abstract readonly connected: boolean;

  private readonly handlers = new Map<Signal, ((ids: readonly string[]) => void)[]>();
  private readonly pending = new Map<Signal, Set<string>>();
  private sending = false;
  private stopped = false;

  /** @param quietMs how long to collect after a send; 0 sends again at once */
  protected constructor(private readonly quietMs: number) {}

  abstract start(): Promise<void>;

  async stop(): Promise<void> {
    this.stopped = true;
    this.pending.clear();
    await this.close();
  }

  subscribe(signal: Signal, handler: (ids: readonly string[]) => void): void {
    this.handlers.set(signal, [...(this.handlers.get(signal) ?? []), handler]);
  }

  publish(signal: Signal, ids: readonly string[] = []): void {
    if (this.stopped) {
      return;
    }
    let waiting = this.pending.get(signal);
    if (waiting === undefined) {
      waiting = new Set();
      this.pending.set(signal, waiting);
    }
    if (waiting.size < MAX_PENDING_IDS) {
      for (const id of ids) {
        waiting.add(id);
      }
    }
    if (!this.sending) {
      this.sending = true;
      setImmediate(() => void this.flush());
    }
  }

  /** Sends all messages of one moment; may fail, for any of them may get lost. */
  protected abstract send(messages: ReadonlyMap<Signal, readonly string[]>): Promise<void>;
  /** Closes all connections. */
  protected abstract close(): Promise<void>;

  /** Hands an arrival to whoever subscribed. */
  protected deliver(signal: Signal, ids: readonly string[]): void {
    for (const handler of this.handlers.get(signal) ?? []) {
      handler(ids);
    }
  }

  private async flush(): Promise<void> {
    const messages = new Map([...this.pending].map(([signal, ids]) => [signal, [...ids]] as const));
    this.pending.clear();
    await this.send(messages).catch(() => undefined);
    if (this.quietMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.quietMs));
    }
    if (this.pending.size > 0 && !this.stopped) {
      setImmediate(() => void this.flush());
    } else {
      this.sending = false;
    }
  }
}
