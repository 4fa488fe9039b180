import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import type { ServiceReady } from '@reqrun/platform/service';

import { CHECKOUT } from './home.js';
import { hasHung } from './liveness.js';
import { parseLogLine } from './log-line.js';
import type { Program } from './program.js';

/** How a process ended. */
export interface ChildExit {
  /** Its exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it ran, in milliseconds. */
  readonly ranMs: number;
}

/** Listener for what a process says. */
export interface ChildListener {
  /** Called with what it has written to its standard output or error: whole lines. */
  onLines(lines: string, stream: 'stdout' | 'stderr'): void;
  onReady(): void;
  /** Told once when the process has not answered for the time of its program's `liveness`. */
  onHung(): void;
}

const PROBE_EVERY_MS = 50;
const PROBE_TIMEOUT_MS = 2_000;
/** Output may trail the exit, or, when another process holds the pipe, never end. */
const TRAILING_OUTPUT_MS = 500;

/** One run of a program: from its start to its one end. */
export class Child {
  /** Fulfilled when the process has ended; never rejected. */
  readonly exited: Promise<ChildExit>;
  private readonly process: ChildProcess;
  private readonly ended = new AbortController();
  private isReady = false;
  private isWatched = false;
  /** From its first message or its log line `listening`: the origin of its HTTP server. */
  private listensAt: string | undefined;

  /**
   * Starts the process. It has a group of its own, so that Ctrl-C reaches the launcher alone and
   * the order of the stop is the launcher's; and a channel to the launcher, whose end tells it that
   * the launcher is gone.
   *
   * @param program what runs
   * @param listener called with each
   */
  constructor(
    private readonly program: Program,
    private readonly listener: ChildListener,
  ) {
    const started = Date.now();
    const { nodeFlags = [], script } = program;
    this.process = spawn(process.execPath, [...nodeFlags, script, ...program.arguments()], {
      cwd: CHECKOUT,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.exited = this.whenEnded(started);
    this.listen();
    if (program.readiness.kind === 'url') {
      void this.probe(program.readiness.url);
    }
    void this.watchStart();
  }

  /** The process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /**
   * Sends a message on the channel.
   *
   * @param message anything JSON can hold
   */
  send(message: object): void {
    if (this.process.connected) {
      this.process.send(message, () => undefined);
    }
  }

  /**
   * Sends a signal; harmless when the process has ended.
   *
   * @param signal its name
   */
  kill(signal: NodeJS.Signals): void {
    if (!this.ended.signal.aborted) {
      this.process.kill(signal);
    }
  }

  private async whenEnded(started: number): Promise<ChildExit> {
    // Both are listened for from the start: they can come in the same turn.
    const closed = new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    const exit = await new Promise<ChildExit>((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null) =>
        resolve({ code, signal, ranMs: Date.now() - started });
      this.process.once('exit', finish);
      this.process.once('error', () => {
        // Also emitted when a signal could not be sent: then the process has not ended.
        if (this.process.pid === undefined) {
          finish(1, null);
        }
      });
    });
    this.ended.abort();
    await Promise.race([closed, delay(TRAILING_OUTPUT_MS, undefined, { ref: false })]);
    return exit;
  }

  private listen(): void {
    const { readiness } = this.program;
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.process[stream];
      if (input !== null) {
        onWholeLines(input, (lines) => {
          this.listener.onLines(lines, stream);
          if (!this.isReady) {
            this.read(lines.split('\n').map(parseLogLine));
          }
        });
      }
    }
    if (readiness.kind === 'message') {
      this.process.once('message', (message) => {
        const url = (message as Partial<ServiceReady> | null)?.url;
        this.listensAt = typeof url === 'string' ? url : this.listensAt;
        readiness.onReady?.(message);
        this.ready();
      });
    }
  }

  /** Looks for what a process says while it starts. */
  private read(lines: readonly (Readonly<Record<string, unknown>> | null)[]): void {
    const { readiness } = this.program;
    const listening = lines.find((line) => line?.['event'] === 'listening');
    if (listening) {
      const { url, port } = listening;
      this.listensAt = typeof url === 'string' ? url : `http://127.0.0.1:${String(port)}`;
    }
    if (readiness.kind === 'event') {
      const fields = lines.find((line) => line?.['event'] === readiness.event);
      if (fields) {
        readiness.onReady?.(fields);
        this.ready();
      }
    }
  }

  /** A process that hangs while it starts never becomes ready: it is watched all the same. */
  private async watchStart(): Promise<void> {
    const { signal } = this.ended;
    await delay(this.program.readyTimeoutMs, undefined, { signal, ref: false }).catch(
      () => undefined,
    );
    if (!this.isReady) {
      await this.watch();
    }
  }

  private async watch(): Promise<void> {
    const { liveness } = this.program;
    if (liveness === undefined || this.isWatched || this.ended.signal.aborted) {
      return;
    }
    this.isWatched = true;
    const { place, timeoutMs } = liveness;
    const url = (): string | undefined => {
      if ('url' in place) {
        return place.url;
      }
      return this.listensAt === undefined ? undefined : new URL(place.path, this.listensAt).href;
    };
    if (await hasHung({ url, timeoutMs, signal: this.ended.signal })) {
      this.listener.onHung();
    }
  }

  private async probe(url: string): Promise<void> {
    while (!this.ended.signal.aborted) {
      const isUp = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
        async (response) => {
          await response.body?.cancel();
          return response.status === 200;
        },
        () => false,
      );
      if (isUp) {
        this.ready();
        return;
      }
      await delay(PROBE_EVERY_MS);
    }
  }

  private ready(): void {
    if (!this.isReady && !this.ended.signal.aborted) {
      this.isReady = true;
      this.listener.onReady();
      void this.watch();
    }
  }
}

/** Cuts a stream of text behind its line feeds: a busy worker sends lines by the dozen. */
function onWholeLines(input: Readable, listener: (lines: string) => void): void {
  let begun = '';
  input.setEncoding('utf8');
  input.on('data', (chunk: string) => {
    const end = chunk.lastIndexOf('\n') + 1;
    if (end === 0) {
      begun += chunk;
    } else {
      listener(begun + chunk.slice(0, end));
      begun = chunk.slice(end);
    }
  });
  input.on('end', () => {
    if (begun !== '') {
      listener(`${begun}\n`);
    }
  });
}
