/** A line of a process's log that a user at the terminal should see. */
export interface Notice {
  readonly level: 'warn' | 'error' | 'fatal';
  /** The event and what is known of it, short. */
  readonly text: string;
}

const SERIOUS = /"level":"(?:warn|error|fatal)"/;
/** Fields that say something to a user, in this order; the rest is in the log. */
const SHOWN = ['error_message', 'error', 'error_kind', 'error_code'];

/** A line as fields, or null when it is no JSON object. */
export function parseLogLine(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) {
    return null;
  }
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/**
 * Whether there may be a notice in them: the many lines that say nothing alarming are not even read one
 * by one.
 *
 * @param lines JSON lines
 */
export const mayNotice = (lines: string): boolean => SERIOUS.test(lines);

/**
 * The short form of a log line, if it is a warning or worse.
 *
 * @param line one JSON line
 */
export function noticeOf(line: string): Notice | null {
  const fields = mayNotice(line) ? parseLogLine(line) : null;
  const level = fields?.['level'];
  if (fields === null || (level !== 'warn' && level !== 'error' && level !== 'fatal')) {
    return null;
  }
  const details = SHOWN.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
  const event = fields['event'];
  const name = typeof event === 'string' ? event.replaceAll(/[._]/g, ' ') : 'see the log';
  return { level, text: details.length === 0 ? name : `${name} (${details.join(', ')})` };
}
