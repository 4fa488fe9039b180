import type { Writable } from 'node:stream';

import pc from 'picocolors';
import createSpinner from 'yocto-spinner';

import { printableText } from './printable.js';

/** Colors of a terminal, or functions that change nothing. */
export type Colors = ReturnType<typeof pc.createColors>;

/** A stream that may be a terminal. */
export type Screen = Writable & { readonly isTTY?: boolean };

/** Abilities of the screen. */
export interface OutputSettings {
  readonly noColor: boolean;
  /** Whether a spinner may turn on a terminal. */
  readonly animated: boolean;
}

/** Sign that is shown while something is waited for. */
export interface Progress {
  /**
   * Says what is going on now.
   *
   * @param text one line
   */
  update(text: string): void;
  /** Takes it off the screen. */
  stop(): void;
}

/** Destinations of everything that is written: results to standard output, all else to standard error. */
export class Output {
  /** For results. */
  readonly colors: Colors;
  /** For notes. */
  readonly noteColors: Colors;

  /**
   * @param stdout for results
   * @param stderr for notes, errors and progress
   * @param settings what the screen may be used for
   */
  constructor(
    private readonly stdout: Screen,
    private readonly stderr: Screen,
    private readonly settings: OutputSettings,
  ) {
    this.colors = pc.createColors(stdout.isTTY === true && !settings.noColor);
    this.noteColors = pc.createColors(stderr.isTTY === true && !settings.noColor);
  }

  /**
   * Writes a result for people.
   *
   * @param text without the last line feed
   */
  result(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /**
   * Writes text of others: as it is into a file or a pipe, harmless on a terminal.
   *
   * @param text an answer
   */
  content(text: string): void {
    this.result(this.stdout.isTTY === true ? printableText(text) : text);
  }

  /**
   * Writes a piece of text of others, like {@link content}, without a line feed.
   *
   * @param text a piece of an answer
   */
  piece(text: string): void {
    this.stdout.write(this.stdout.isTTY === true ? printableText(text) : text);
  }

  /**
   * Writes bytes.
   *
   * @param content an answer
   * @returns false where they would go to a terminal: nothing was written
   */
  bytes(content: Uint8Array): boolean {
    if (this.stdout.isTTY === true) {
      return false;
    }
    this.stdout.write(content);
    return true;
  }

  /**
   * Writes a result for programs.
   *
   * @param value anything that can be JSON
   */
  json(value: unknown): void {
    this.result(JSON.stringify(value, null, 2));
  }

  /**
   * Says something beside the result.
   *
   * @param text without the last line feed
   */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /**
   * Says what went wrong.
   *
   * @param text one or more lines
   */
  error(text: string): void {
    this.note(`${this.noteColors.red('error:')} ${printableText(text)}`);
  }

  /**
   * Shows that something is waited for: on a terminal alone.
   *
   * @param text what for
   */
  progress(text: string): Progress {
    if (this.stderr.isTTY !== true || !this.settings.animated) {
      return { update: () => undefined, stop: () => undefined };
    }
    const spinner = createSpinner({
      text,
      stream: this.stderr,
      // Signals are the program's: it says under which id to go on.
      handleSignals: false,
    }).start();
    return {
      update: (next) => {
        spinner.text = next;
      },
      stop: () => {
        spinner.stop();
      },
    };
  }
}
