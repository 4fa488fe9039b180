import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The checkout: four levels above this file, in `src` as in `dist`. */
const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
/** Longest time until a process logs a line or ends, in ms. */
const PATIENCE_MS = 60_000;

/** A line of a process's log. A line that is not a JSON object has only the member `text`. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Program of a process, and the log line that reports that it is ready. */
export interface Program {
  /** Name in error messages, e.g. `worker-2`. */
  readonly name: string;
  /** Path in the checkout, e.g. `apps/api/dist/main.js`. */
  readonly script: string;
  /** Returns arguments and environment; called at every start, so that a restart can keep its port. */
  readonly start: () => {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** `event` of the log line that reports that it is ready. */
  readonly readyEvent: string;
}

/** Exit of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A real process of the built product, which can be killed, paused, resumed and restarted. The output of all
 * its runs is kept.
 */
export class ManagedProcess {
  private child: ChildProcess | null = null;
  private exit: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  private readonly printed: string[] = [];
  private readonly parsed: LogLine[] = [];
  private readonly listeners = new Set<() => void>();

  /** @param program the program */
  constructor(private readonly program: Program) {}

  /** Name of the process. */
  get name(): string {
    return this.program.name;
  }

  /** Process id; undefined when it is not running. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Exit of the process; resolves when it has ended. */
  get exited(): Promise<Exit> {
    return this.exit;
  }

  /** Output of all its runs. */
  get output(): string {
    return this.printed.join('\n');
  }

  /** Returns the log of all its runs. */
  logs(): readonly LogLine[] {
    return this.parsed;
  }

  /**
   * Starts it and waits until it reports that it is ready.
   *
   * @throws Error with its output when it ends instead
   */
  async start(): Promise<void> {
    const { args, env } = this.program.start();
    const since = this.parsed.length;
    const child = spawn(process.execPath, [join(CHECKOUT, this.program.script), ...args], {
      cwd: CHECKOUT,
      env: { ...inherited(), ...env },
      // The end of the channel tells it that the test process has ended.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    this.exit = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        process.removeListener('exit', killAtExit);
        if (this.child === child) {
          this.child = null;
        }
        resolve({ code, signal });
        this.listeners.forEach((listener) => listener());
      });
    });
    for (const input of [child.stdout, child.stderr]) {
      if (input !== null) {
        createInterface({ input, crlfDelay: Infinity }).on('line', (line) => this.note(line));
      }
    }
    await this.logged(({ event }) => event === this.program.readyEvent, since);
  }

  /**
   * Returns the first log line that matches, as soon as it is logged.
   *
   * @param fits returns whether a line matches
   * @param since number of lines of `logs()` to skip
   * @throws Error when the process ends or logs no such line in time
   */
  async logged(fits: (line: LogLine) => boolean, since = 0): Promise<LogLine> {
    let next = since;
    return new Promise<LogLine>((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
        done();
      };
      const look = (): void => {
        for (; next < this.parsed.length; next += 1) {
          const line = this.parsed[next];
          if (line !== undefined && fits(line)) {
            settle(() => resolve(line));
            return;
          }
        }
        if (this.child === null) {
          settle(() => reject(this.failure('ended before it logged what was waited for')));
        }
      };
      const timer = setTimeout(
        () => settle(() => reject(this.failure('did not log what was waited for'))),
        PATIENCE_MS,
      );
      this.listeners.add(look);
      look();
    });
  }

  /**
   * Sends a signal.
   *
   * @param signal name of the signal
   */
  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /**
   * Sends a message over the channel with which it was started.
   *
   * @param message the message, e.g. one that arms a failpoint
   */
  send(message: object): void {
    // A process that is ending accepts no message.
    this.child?.send(message, () => undefined);
  }

  /** Pauses it (SIGSTOP): its connections stay open, and it does nothing. */
  pause(): void {
    this.kill('SIGSTOP');
  }

  /** Resumes a paused process. */
  resume(): void {
    this.kill('SIGCONT');
  }

  /** Kills it with SIGKILL and waits for its end. */
  async crash(): Promise<void> {
    this.kill('SIGKILL');
    await this.exit;
  }

  /** Ends it with SIGTERM and waits. A process that does not end is killed. */
  async stop(): Promise<Exit> {
    this.resume();
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), PATIENCE_MS);
    const exit = await this.exit;
    clearTimeout(timer);
    return exit;
  }

  /** Stops it if it runs, and starts it again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private note(line: string): void {
    this.printed.push(line);
    this.parsed.push(parseLine(line));
    this.listeners.forEach((listener) => listener());
  }

  private failure(what: string): Error {
    const last = this.printed.slice(-8).join('\n');
    return new Error(`${this.program.name} ${what}; it printed last:\n${last}`);
  }
}

function parseLine(line: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as LogLine) : { text: line };
  } catch {
    return { text: line };
  }
}

/** Returns the test process's environment without the product's settings. */
export function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(REQRUN_|OPENAI_|OTEL_|DATABASE_URL$|REDIS_URL$|NODE_OPTIONS$|JEST_|NODE_ENV$)/.test(
          name,
        ),
    ),
  );
}
