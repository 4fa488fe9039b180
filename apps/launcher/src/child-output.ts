import { LogFile } from './log-file.js';
import { mayNotice, noticeOf, parseLogLine } from './log-line.js';
import type { Terminal } from './terminal.js';

/** The same notice again within this time, in milliseconds, is for the log alone. */
const REPEAT_AFTER_MS = 30_000;
/** Lines of standard error that a process may show in one run: a stack trace's head, not its tail. */
const STDERR_LINES = 5;

/** Destination of one program's output: all of it into its log, what is serious to the screen. */
export class ChildOutput {
  private readonly file: LogFile;
  private readonly shown = new Map<string, number>();
  private lastFatal: string | null = null;
  private lastError: string | null = null;
  private stderrLines = 0;

  /**
   * @param name the program's
   * @param path its log file
   * @param terminal the screen
   */
  constructor(
    private readonly name: string,
    readonly path: string,
    private readonly terminal: Terminal,
  ) {
    this.file = new LogFile(path);
  }

  /** A new run begins. */
  begin(): void {
    this.lastFatal = null;
    this.lastError = null;
    this.stderrLines = 0;
  }

  /**
   * Takes what was written.
   *
   * @param lines whole lines
   * @param stream where they came from
   */
  write(lines: string, stream: 'stdout' | 'stderr'): void {
    this.file.write(lines);
    if (stream === 'stderr' || mayNotice(lines)) {
      for (const line of lines.split(/\r?\n/)) {
        this.read(line, stream);
      }
    }
  }

  /** Why the last run ended, in the program's own words, if it had any. */
  reason(): string | null {
    return this.lastFatal ?? this.lastError;
  }

  private read(line: string, stream: 'stdout' | 'stderr'): void {
    const notice = noticeOf(line);
    if (notice !== null) {
      if (notice.level === 'fatal') {
        this.lastFatal = notice.text;
      }
      this.show(`${notice.level}: ${notice.text}`);
    } else if (stream === 'stderr' && line.trim() !== '' && parseLogLine(line) === null) {
      this.lastError = /^\w*Error\b.*/.exec(line)?.[0] ?? this.lastError;
      if (this.stderrLines < STDERR_LINES) {
        this.stderrLines += 1;
        this.show(line);
      }
    }
  }

  private show(text: string): void {
    const now = Date.now();
    if (now - (this.shown.get(text) ?? -Infinity) < REPEAT_AFTER_MS) {
      return;
    }
    if (this.shown.size > 1_000) {
      this.shown.clear();
    }
    this.shown.set(text, now);
    this.terminal.warn(`${this.name}: ${text}`);
  }
}
