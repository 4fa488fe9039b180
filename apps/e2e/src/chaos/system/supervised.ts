import { setTimeout as delay } from 'node:timers/promises';

import type { Exit } from '../../harness/process.js';
import type { Service, Settings } from '../../harness/services.js';
import { Service as HarnessService } from '../../harness/services.js';

/** What a supervisor waits before it starts again what has died, in milliseconds. */
const RESTART_AFTER_MS = 200;

/** That a process ended though nobody ended it. */
export interface OwnEnd {
  readonly name: string;
  readonly at: Date;
  readonly code: number | null;
  /** What it printed last that is no line of its log: the error that ended it. */
  readonly said: string;
}

/** A process that is started again whenever it ends, as a supervisor would. */
export class Supervised {
  /** Whether it has said that it is ready and has not ended since. */
  up = false;
  private starts = 0;
  private readonly service: Service;
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();
  /** How often it ended by itself after it had become ready, and of what. */
  readonly ownEnds: OwnEnd[] = [];

  /**
   * @param name e.g. `worker-2`
   * @param kind what it is
   * @param settings its environment
   */
  constructor(
    readonly name: string,
    readonly kind: 'api' | 'worker',
    settings: Settings,
  ) {
    this.service = new HarnessService(name, kind, settings);
  }

  /** `http://127.0.0.1:<port>`, the same over restarts. */
  get origin(): string {
    return this.service.origin;
  }

  /** The process id; undefined while it is away. */
  get pid(): number | undefined {
    return this.service.pid;
  }

  /** Everything it printed, over all its runs. */
  get output(): string {
    return this.service.output;
  }

  /** The lines that it logged as errors, over all its runs. */
  get errors(): string[] {
    return this.service
      .logs()
      .filter((line) => ['error', 'fatal'].includes(String(line['level'])))
      .map((line) => JSON.stringify(line));
  }

  /** The ids under which it claimed, one for each run of a worker. */
  get workerIds(): string[] {
    return this.service
      .logs()
      .filter((line) => line['event'] === 'listening')
      .map((line) => String(line['worker_id']));
  }

  /** Starts it and keeps it running; resolves when it is ready for the first time. */
  async start(): Promise<void> {
    this.loop = this.keepRunning();
    await this.untilReady(0);
  }

  /** Sends it a signal; the supervisor starts it again when it ends of it. */
  signal(name: NodeJS.Signals): void {
    this.service.kill(name);
  }

  /** Makes it kill itself at a named place. */
  arm(failpoint: string): void {
    this.service.send({ failpoint });
  }

  /**
   * Ends it by a signal and waits until it is ready again.
   *
   * @param name SIGKILL or SIGTERM
   */
  async restart(name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const before = this.starts;
    this.service.kill(name);
    await this.untilReady(before);
  }

  /** Resolves when it is not up, or when the time is over. */
  async untilDown(limitMs: number): Promise<boolean> {
    const before = this.starts;
    const limit = delay(limitMs, false);
    return Promise.race([this.changed(() => !this.up || this.starts > before), limit]);
  }

  /** Resolves when it has become ready more often than so many times. */
  async untilReady(starts: number): Promise<void> {
    await this.changed(() => this.starts > starts);
  }

  /** How often it has become ready. */
  get runs(): number {
    return this.starts;
  }

  /** What it counts, as Prometheus reads it. */
  metrics(): Promise<string> {
    return this.service.metrics();
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.service.kill('SIGCONT');
    this.service.kill('SIGKILL');
    await this.loop;
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.service.start();
        this.up = true;
        this.starts += 1;
        this.tell();
        this.noteEnd(await this.service.exited);
      } catch {
        // It ended while it started (the database is away, say), or hangs.
        this.service.kill('SIGKILL');
        await this.service.exited;
      }
      this.up = false;
      this.tell();
      await delay(RESTART_AFTER_MS);
    }
  }

  private noteEnd({ code, signal }: Exit): void {
    if (code !== 0 && signal !== 'SIGKILL' && !this.stopping) {
      const said = this.service
        .logs()
        .filter((line) => line['level'] === undefined)
        .slice(-30)
        .map(({ text }) => (typeof text === 'string' ? text : ''))
        .join('\n');
      this.ownEnds.push({ name: this.name, at: new Date(), code, said });
    }
  }

  private tell(): void {
    this.listeners.forEach((listener) => listener());
  }

  private changed(fits: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (fits()) {
          this.listeners.delete(look);
          resolve(true);
        }
      };
      this.listeners.add(look);
      look();
    });
  }
}
