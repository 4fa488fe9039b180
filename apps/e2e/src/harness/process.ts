import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The checkout: four levels above this file, in `src` as in `dist`. */
const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
/** How long a process may take to say something or to end, in milliseconds. */
const PATIENCE_MS = 60_000;

/** One line of a process's log. Lines that are no JSON object have the one member `text`. */
export type LogLine = Readonly<Record<string, unknown>>;

/** What a process runs and how it says that it is up. */
export interface Program {
  /** Stands in error messages, e.g. `worker-2`. */
  readonly name: string;
  /** Within the checkout, e.g. `apps/api/dist/main.js`. */
  readonly script: string;
  /** Asked at every start, so that a restart can keep its port. */
  readonly start: () => {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** The `event` of the log line that says so. */
  readonly readyEvent: string;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A real process of the built product, to be killed, paused, resumed and started again. What it
 * prints is kept over all its runs.
 */
export class ManagedProcess {
  private child: ChildProcess | null = null;
  private exit: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  private readonly printed: string[] = [];
  private readonly parsed: LogLine[] = [];
  private readonly listeners = new Set<() => void>();

  /** @param program what runs */
  constructor(private readonly program: Program) {}

  /** Its name. */
  get name(): string {
    return this.program.name;
  }

  /** Its process id; undefined when it is not running. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** How it ended; resolves when it has. */
  get exited(): Promise<Exit> {
    return this.exit;
  }

  /** Everything it printed, over all its runs. */
  get output(): string {
    return this.printed.join('\n');
  }

  /** Everything it logged, over all its runs. */
  logs(): readonly LogLine[] {
    return this.parsed;
  }

  /**
   * Starts it and waits until it says that it is ready.
   *
   * @throws Error with what it printed when it ends instead
   */
  async start(): Promise<void> {
    const { args, env } = this.program.start();
    const since = this.parsed.length;
    const child = spawn(process.execPath, [join(CHECKOUT, this.program.script), ...args], {
      cwd: CHECKOUT,
      env: { ...inherited(), ...env },
      // The channel's end tells it that the test process is gone.
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
   * The first log line that fits, as soon as it is there.
   *
   * @param fits which line
   * @param since how many of `logs()` to pass over
   * @throws Error when the process ends or is silent for too long
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
   * @param signal its name
   */
  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /**
   * Sends it a message over the channel that it was started with.
   *
   * @param message e.g. what arms a failpoint
   */
  send(message: object): void {
    // One that is on its way out takes no message.
    this.child?.send(message, () => undefined);
  }

  /** Stops it in its tracks (SIGSTOP): its connections stay open and nothing of it moves. */
  pause(): void {
    this.kill('SIGSTOP');
  }

  /** Lets a paused one go on. */
  resume(): void {
    this.kill('SIGCONT');
  }

  /** Kills it with SIGKILL and waits for its end. */
  async crash(): Promise<void> {
    this.kill('SIGKILL');
    await this.exit;
  }

  /** Asks it to end with SIGTERM and waits; one that does not end is killed. */
  async stop(): Promise<Exit> {
    this.resume();
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), PATIENCE_MS);
    const exit = await this.exit;
    clearTimeout(timer);
    return exit;
  }

  /** Stops it where needed and starts it again. */
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

/** The test process's environment less every setting of the product. */
export function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(REQRUN_|OPENAI_|DATABASE_URL$|REDIS_URL$|NODE_OPTIONS$|JEST_|NODE_ENV$)/.test(name),
    ),
  );
}
