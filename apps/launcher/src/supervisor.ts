import { join } from 'node:path';

import { ChildOutput } from './child-output.js';
import type { Home } from './home.js';
import { recordProcesses } from './processes.js';
import type { Program } from './program.js';
import { StartCanceled, type StartError } from './start-error.js';
import { Supervised } from './supervised.js';
import type { Terminal } from './terminal.js';

/** Stages of a stop, one after the other: the window, the door, those who work, what they talk to, the truth. */
export type Stage = 'dashboard' | 'api' | 'workers' | 'simulator' | 'database';

const STOP_ORDER: readonly { stage: Stage; says: string }[] = [
  { stage: 'dashboard', says: '' },
  { stage: 'api', says: 'The API finishes what clients wait for …' },
  { stage: 'workers', says: 'The workers finish their calls …' },
  { stage: 'simulator', says: '' },
  { stage: 'database', says: 'The database goes last …' },
];
/** How long processes have after a second Ctrl-C, in milliseconds. */
const HURRIED_MS = 1_000;

/** Runs the programs and stops them in order. */
export class Supervisor {
  /** Rejected with a StartError when a program can't be kept running; never fulfilled. */
  readonly givenUp: Promise<never>;
  private readonly members: { stage: Stage; supervised: Supervised }[] = [];
  private giveUp!: (error: StartError) => void;
  private isStopping = false;
  private recorded: Promise<void> = Promise.resolve();

  /**
   * @param home where logs and the list of processes go
   * @param terminal the screen
   * @param adapt makes another program of each that is to be started; none by default
   */
  constructor(
    private readonly home: Home,
    private readonly terminal: Terminal,
    private readonly adapt: (program: Program) => Program = (program) => program,
  ) {
    this.givenUp = new Promise<never>((_, reject) => {
      this.giveUp = reject;
    });
    // Who awaits it comes later, if at all.
    this.givenUp.catch(() => undefined);
  }

  /**
   * Starts a program and keeps it running.
   *
   * @param stage when it is stopped
   * @param program what runs
   * @returns when it is ready
   * @throws StartError when it can't run; StartCanceled once `stop` was called
   */
  async start(stage: Stage, program: Program): Promise<void> {
    if (this.isStopping) {
      throw new StartCanceled(`${program.name} was not started`);
    }
    const supervised = new Supervised(this.adapt(program), {
      terminal: this.terminal,
      output: new ChildOutput(
        program.name,
        join(this.home.logs, `${program.name}.log`),
        this.terminal,
      ),
      onSpawn: () => this.noteProcesses(),
      onGivenUp: (error) => this.giveUp(error),
    });
    this.members.push({ stage, supervised });
    await supervised.start();
  }

  /**
   * Starts a program anew, each worker for `worker`; see `Supervised.restart`.
   *
   * @param name its own, without the number of a worker
   */
  restart(name: string): void {
    for (const { supervised } of this.members) {
      if (supervised.program.name.replace(/-\d+$/, '') === name) {
        supervised.restart();
      }
    }
  }

  /** Whether any process runs. */
  get isRunning(): boolean {
    return this.members.some(({ supervised }) => supervised.pid !== undefined);
  }

  /**
   * Stops everything in order.
   *
   * @returns when no process is left
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const { stage, says } of STOP_ORDER) {
      const stopped = this.members.filter((member) => member.stage === stage);
      const running = stopped.filter(({ supervised }) => supervised.pid !== undefined);
      if (running.length > 0 && says !== '') {
        this.terminal.say(says);
      }
      await Promise.all(stopped.map(async ({ supervised }) => await supervised.stop()));
    }
    this.noteProcesses();
    await this.recorded;
  }

  /** Cuts a stop short: what still runs is killed; only the database is let end by itself. */
  hurry(): void {
    const hurried = this.members.filter(({ stage }) => stage !== 'database');
    for (const { supervised } of hurried) {
      void supervised.stop();
    }
    setTimeout(() => {
      for (const { supervised } of hurried) {
        supervised.kill();
      }
    }, HURRIED_MS).unref();
  }

  /** After each start of a process, and the stop of all: for the next launcher, and for the database's keeper. */
  private noteProcesses(): void {
    const running = STOP_ORDER.flatMap(({ stage }) =>
      this.members.flatMap(({ stage: its, supervised: { pid, program } }) =>
        its === stage && pid !== undefined
          ? [{ stage, name: program.name, pid, script: program.script }]
          : [],
      ),
    );
    const users = running.filter(({ stage }) => stage !== 'database').map(({ pid }) => pid);
    for (const { stage, supervised } of this.members) {
      if (stage === 'database') {
        supervised.send({ users });
      }
    }
    this.recorded = this.recorded
      .then(() => recordProcesses(this.home.processes, running))
      .catch(() => undefined);
  }
}
