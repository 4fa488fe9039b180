import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** A log file may grow to this many bytes; then it becomes the old one, and the older is dropped. */
const LARGEST_BYTES = 64 * 1024 * 1024;

const ALL = new Set<LogFile>();
process.once('exit', () => ALL.forEach((file) => file.writeWaiting()));

/**
 * A log file of bounded size: `name.log` and, once that was full, `name.log.1`. Lines that arrive in
 * one turn of the event loop are one write: a busy worker sends them by the dozen.
 */
export class LogFile {
  private descriptor: number;
  private size: number;
  private waiting = '';

  /**
   * @param path the file; appended to when it exists
   * @param largestBytes how large it may become
   */
  constructor(
    private readonly path: string,
    private readonly largestBytes = LARGEST_BYTES,
  ) {
    this.descriptor = openSync(path, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
    ALL.add(this);
  }

  /**
   * Appends text. A disk that is full costs log lines, not the product.
   *
   * @param text whole lines
   */
  write(text: string): void {
    if (this.waiting === '') {
      setImmediate(() => this.writeWaiting());
    }
    this.waiting += text;
  }

  /** Writes what the turn has brought so far. */
  writeWaiting(): void {
    const text = this.waiting;
    this.waiting = '';
    try {
      if (this.size > this.largestBytes) {
        this.rotate();
      }
      this.size += writeSync(this.descriptor, text);
    } catch {
      return;
    }
  }

  private rotate(): void {
    renameSync(this.path, `${this.path}.1`);
    closeSync(this.descriptor);
    this.descriptor = openSync(this.path, 'a', 0o600);
    this.size = 0;
  }
}
