import { setTimeout as delay } from 'node:timers/promises';

import type { Exit } from '../../harness/process.js';
import type { Service, Settings } from '../../harness/services.js';
import { Service as HarnessService } from '../../harness/services.js';

/** Delay of a supervisor before it restarts a process, in ms. */
const RESTART_AFTER_MS = 200;

/** End of a process that the harness did not cause. */
export interface OwnEnd {
  readonly name: string;
  readonly at: Date;
  readonly code: number | null;
  /** The last output that is not a line of its log: the error that ended it. */
  readonly said: string;
}

/** A process that is restarted whenever it ends, as by a supervisor. */
export class Supervised {
  /** Whether it has reported that it is ready and has not ended since. */
  up = false;
  private starts = 0;
  private readonly service: Service;
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();
  /** Ends of the process after it had become ready, without a signal of the harness. */
  readonly ownEnds: OwnEnd[] = [];

  /**
   * @param name e.g. `worker-2`
   * @param kind kind of the process
   * @param settings environment variables
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

  /** Process id; undefined while it is not running. */
  get pid(): number | undefined {
    return this.service.pid;
  }

  /** Output of all its runs. */
  get output(): string {
    return this.service.output;
  }

  /** Lines logged as errors in all its runs. */
  get errors(): string[] {
    return this.service
      .logs()
      .filter((line) => ['error', 'fatal'].includes(String(line['level'])))
      .map((line) => JSON.stringify(line));
  }

  /** Worker ids, one for each run of a worker. */
  get workerIds(): string[] {
    return this.service
      .logs()
      .filter((line) => line['event'] === 'listening')
      .map((line) => String(line['worker_id']));
  }

  /** Starts it and keeps it running. Resolves when it is ready for the first time. */
  async start(): Promise<void> {
    this.loop = this.keepRunning();
    await this.untilReady(0);
  }

  /** Sends a signal. The supervisor restarts the process if the signal ends it. */
  signal(name: NodeJS.Signals): void {
    this.service.kill(name);
  }

  /** Makes the process kill itself at a failpoint. */
  arm(failpoint: string): void {
    this.service.send({ failpoint });
  }

  /**
   * Ends the process by a signal and waits until it is ready again.
   *
   * @param name SIGKILL or SIGTERM
   */
  async restart(name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const before = this.starts;
    this.service.kill(name);
    await this.untilReady(before);
  }

  /** Resolves when the process is not up, or the time limit has passed. */
  async untilDown(limitMs: number): Promise<boolean> {
    const before = this.starts;
    const limit = delay(limitMs, false);
    return Promise.race([this.changed(() => !this.up || this.starts > before), limit]);
  }

  /** Resolves when the process has become ready more than a number of times. */
  async untilReady(starts: number): Promise<void> {
    await this.changed(() => this.starts > starts);
  }

  /** Number of times that it has become ready. */
  get runs(): number {
    return this.starts;
  }

  /** Returns its metrics in Prometheus' text format. */
  metrics(): Promise<string> {
    return this.service.metrics();
  }

  /** Stops it permanently. */
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
        // It ended during its start (e.g. because the database is down), or hangs.
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
