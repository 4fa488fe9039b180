import { pino } from 'pino';

/** Values that may stand in a log line: ids, codes, numbers. There is no place for a body. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes JSON lines: an event's name, its fields, nothing else. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  fatal(event: string, fields?: LogFields): void;
  /** Writes out what is buffered. */
  flush(): void;
}

/** How a process logs. */
export interface LoggerOptions {
  /** The process's name on every line. */
  service: string;
  /** The least severe level that is written. */
  level: string;
  /** Destination of lines; standard output by default. */
  destination?: { write(line: string): void };
}

/**
 * Lines are written together, for each write wakes a thread here and whoever reads there: this many
 * characters at once, or what there is after this time.
 */
const WRITE_CHARACTERS = 15 * 1024;
const WRITE_AFTER_MS = 50;

/**
 * Makes a process's logger: pino's JSON lines with ISO 8601 times and `level` as a word.
 *
 * @param options name, level, destination
 */
export function createLogger(options: LoggerOptions): Logger {
  const stdout = options.destination ? null : bufferedStdout();
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      messageKey: 'event',
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? stdout ?? process.stdout,
  );
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (event: string, fields: LogFields = {}): void => {
      logger[level](fields, event);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    flush: () => stdout?.flush(),
  };
}

/** Standard output, written off the event loop. Lines are joined before pino's stream counts their bytes. */
function bufferedStdout(): { write(line: string): void; flush(): void } {
  const stdout = pino.destination({ dest: 1, sync: false });
  let held = '';
  let writing: NodeJS.Timeout | null = null;
  const handOver = (): void => {
    const text = held;
    held = '';
    if (text !== '') {
      stdout.write(text);
    }
  };
  return {
    write: (line) => {
      held += line;
      if (held.length >= WRITE_CHARACTERS) {
        handOver();
      }
      writing ??= setTimeout(() => {
        writing = null;
        handOver();
      }, WRITE_AFTER_MS).unref();
    },
    flush: () => {
      handOver();
      stdout.flushSync();
    },
  };
}

/** ISO 8601 as pino wants it; lines of the same millisecond share their text. */
function isoTime(): () => string {
  let at = NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}
