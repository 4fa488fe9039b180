import { styleText } from 'node:util';

import type { Logger } from '@reqrun/platform/logging';

/** Words of the launcher to the user before the screen; the same goes to its log file. */
export interface Terminal {
  /** One line of what is going on. */
  say(text: string): void;
  /** One line of what is not as it should be. */
  warn(text: string): void;
  /** One line about why it ends; on standard error. */
  fail(text: string): void;
  /** Several lines for the screen alone. */
  show(lines: readonly string[]): void;
  /** The text in bold, where the screen can do that. */
  bold(text: string): string;
  /** The text set back, where the screen can do that. */
  dim(text: string): string;
}

/**
 * Writes to the screen and into a log.
 *
 * @param log the launcher's own log
 */
export function createTerminal(log: Logger): Terminal {
  const styled = process.stdout.isTTY && !process.env['NO_COLOR'];
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styled ? styleText(format, text) : text;
  // The screen may go away before this process does: a closed window, a pipe to `head`.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return {
    say(text) {
      log.info('launcher', { message: text });
      process.stdout.write(`${text}\n`);
    },
    warn(text) {
      log.warn('launcher', { message: text });
      process.stdout.write(`${style('yellow', text)}\n`);
    },
    fail(text) {
      log.fatal('launcher', { message: text });
      process.stderr.write(`${style('red', text)}\n`);
    },
    show(lines) {
      process.stdout.write(`${lines.join('\n')}\n`);
    },
    bold: (text) => style('bold', text),
    dim: (text) => style('dim', text),
  };
}
