import { setTimeout as delay } from 'node:timers/promises';

import { Child, type ChildExit } from './child.js';
import type { ChildOutput } from './child-output.js';
import type { Program } from './program.js';
import { deathsInARow, restartDelayMs } from './restart-delay.js';
import { StartCanceled, StartError } from './start-error.js';
import type { Terminal } from './terminal.js';

/** EX_CONFIG of sysexits.h: the program can't run as it is set up, and trying again is no use. */
export const EXIT_CONFIG = 78;
/** So many deaths before it was ever ready end the start. */
const DEATHS_AT_START = 3;
/** Time that a process that hangs has to end after SIGTERM, in milliseconds, if its own time is not shorter. */
const HUNG_STOP_MS = 5_000;

/** SupervisedDeps of a supervised program. */
export interface SupervisedDeps {
  readonly terminal: Terminal;
  readonly output: ChildOutput;
  /** Told whenever a process was started. */
  onSpawn(): void;
  /** Told once when the program can't be kept running. */
  onGivenUp(error: StartError): void;
}

/** A program that is kept running: when its process dies, another is started. */
export class Supervised {
  private child: Child | undefined;
  private isWanted = true;
  private wasReady = false;
  private deaths = 0;
  private readonly stopping = new AbortController();
  /** Ends the wait for the next start. */
  private waiting = new AbortController();
  private isReloading = false;
  private settleStart: { resolve(): void; reject(error: Error): void } | undefined;
  private running: Promise<void> | undefined;

  /**
   * @param program what runs
   * @param deps who is told
   */
  constructor(
    readonly program: Program,
    private readonly deps: SupervisedDeps,
  ) {}

  /** The process that runs now. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts the program.
   *
   * @returns when it is ready
   * @throws StartError when it can't run; StartCanceled when it was stopped before it was ready
   */
  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.settleStart = { resolve, reject };
    });
    this.running = this.keepRunning();
    const { name, readyTimeoutMs } = this.program;
    const timer = setTimeout(() => {
      this.giveUp(`${name} did not become ready within ${Math.round(readyTimeoutMs / 1_000)} s.`);
    }, readyTimeoutMs);
    try {
      await ready;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Ends the program: SIGTERM, and SIGKILL when its time is over.
   *
   * @returns when its process is gone
   */
  async stop(): Promise<void> {
    this.isWanted = false;
    this.stopping.abort();
    this.settleStart?.reject(new StartCanceled(`${this.program.name} was stopped`));
    this.child?.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.deps.terminal.warn(`${this.program.name} did not end in time and is killed.`);
      this.kill();
    }, this.program.stopTimeoutMs);
    await this.running;
    clearTimeout(timer);
  }

  /**
   * Starts the program anew: its process is asked to end, and the next one starts at once. One that waits to be
   * started again after a crash starts now.
   */
  restart(): void {
    if (!this.isWanted) {
      return;
    }
    this.deaths = 0;
    const { child } = this;
    if (child === undefined) {
      this.waiting.abort();
      return;
    }
    this.isReloading = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.program.stopTimeoutMs);
    void child.exited.then(() => clearTimeout(timer));
  }

  /** Ends the process without waiting for what it does; only after `stop`. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /**
   * Sends a message to the process that runs now.
   *
   * @param message anything JSON can hold
   */
  send(message: object): void {
    this.child?.send(message);
  }

  private async keepRunning(): Promise<void> {
    while (this.isWanted) {
      this.child = this.spawn();
      const exit = await this.child.exited;
      this.child = undefined;
      await this.recover(exit);
    }
  }

  private spawn(): Child {
    const { terminal, output } = this.deps;
    const { name } = this.program;
    const isRestart = this.wasReady;
    output.begin();
    const child = new Child(this.program, {
      onLines: (lines, stream) => output.write(lines, stream),
      onReady: () => {
        this.wasReady = true;
        this.settleStart?.resolve();
        if (isRestart) {
          terminal.say(`${name} runs again (pid ${child.pid ?? 0}).`);
        }
      },
      onHung: () => this.endHung(child),
    });
    queueMicrotask(() => this.deps.onSpawn());
    return child;
  }

  /** A process that only answers nobody may still put its work down; one whose event loop hangs is killed. */
  private endHung(child: Child): void {
    if (!this.isWanted) {
      return;
    }
    const { name, liveness, stopTimeoutMs } = this.program;
    this.deps.terminal.warn(
      `${name} has not answered for ${(liveness?.timeoutMs ?? 0) / 1_000} s and is ended.`,
    );
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.min(HUNG_STOP_MS, stopTimeoutMs));
    void child.exited.then(() => clearTimeout(timer));
  }

  /** Says what happened and waits until the program may be started again, if it is to run at all. */
  private async recover({ code, signal, ranMs }: ChildExit): Promise<void> {
    if (!this.isWanted) {
      return;
    }
    if (this.isReloading) {
      this.isReloading = false;
      return;
    }
    const { name } = this.program;
    const { output, terminal } = this.deps;
    const how = signal === null ? `ended with code ${code ?? 0}` : `was ended by ${signal}`;
    const reason = output.reason() ?? how;
    if (code === EXIT_CONFIG) {
      this.giveUp(`${name} can't run: ${reason}`);
      return;
    }
    this.deaths = deathsInARow(this.deaths, ranMs);
    if (!this.wasReady && this.deaths >= DEATHS_AT_START) {
      this.giveUp(`${name} ${how} ${DEATHS_AT_START} times before it was ready: ${reason}`);
      return;
    }
    const waitMs = restartDelayMs(this.deaths - 1);
    terminal.warn(`${name} ${how}; it is started again in ${waitMs / 1_000} s.`);
    this.waiting = new AbortController();
    const ends = AbortSignal.any([this.stopping.signal, this.waiting.signal]);
    await delay(waitMs, undefined, { signal: ends }).catch(() => undefined);
  }

  private giveUp(message: string): void {
    this.isWanted = false;
    this.stopping.abort();
    const error = new StartError(`${message} (log: ${this.deps.output.path})`);
    this.settleStart?.reject(error);
    this.child?.kill('SIGTERM');
    this.deps.onGivenUp(error);
  }
}
