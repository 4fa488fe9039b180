/** A function of a logger, as `console` has them. */
type Log = (message: string, ...rest: unknown[]) => void;

/** A logger, such as `console` or that of pino. */
export interface Logger {
  error: Log;
  warn: Log;
  info: Log;
  debug: Log;
}

/** The least that is logged. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

const LEVELS: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug'];

/**
 * A function that logs a line where its level is wanted. Lines have no key, no prompt and no answer.
 *
 * @param logger gets the lines; none where it is left out
 * @param level the least that is logged
 */
export function logWith(
  logger: Logger | undefined,
  level: LogLevel,
): (at: Exclude<LogLevel, 'off'>, message: string) => void {
  const wanted = logger === undefined ? 0 : LEVELS.indexOf(level);
  return (at, message) => {
    if (LEVELS.indexOf(at) <= wanted) {
      logger?.[at](message);
    }
  };
}

/**
 * Checks a level.
 *
 * @param level as it was given
 * @returns whether it is one
 */
export const isLogLevel = (level: string): level is LogLevel =>
  (LEVELS as readonly string[]).includes(level);
