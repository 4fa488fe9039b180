import { closeSync, openSync, writeSync } from 'node:fs';

/** One line of the file. */
export interface CallLine {
  /** ISO 8601, UTC; when the call came. */
  readonly time: string;
  readonly request_id: string | null;
  /** The n of `rr_<id>-<n>`. */
  readonly key_number: number | null;
  readonly step: string;
  readonly model: string;
  readonly path: string;
}

/**
 * Appends one JSON line per call, before the call is answered. Written synchronously, so that a
 * line is there even if the process is killed during the answer.
 */
export class CallFile {
  readonly #descriptor: number;

  /**
   * @param path created if it is not there, else continued
   * @throws the file system's error if it cannot be opened
   */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'a', 0o600);
  }

  /** Appends one line. */
  write(line: CallLine): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#descriptor);
  }
}
