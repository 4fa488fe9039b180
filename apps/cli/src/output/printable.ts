/**
 * One line of text that a terminal shows and does not obey: names and keys are their senders' choice.
 *
 * @param value what is shown
 */
export function printable(value: string): string {
  // Beside the control characters those that turn the direction of writing.
  return value.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

/**
 * Text of several lines that a terminal shows and does not obey.
 *
 * @param value what is shown
 */
export function printableText(value: string): string {
  return value
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

/**
 * A time as people read it, in UTC.
 *
 * @param time ISO 8601, or null for none
 */
export function shortTime(time: string | null): string {
  return time === null
    ? '–'
    : printable(time)
        .replace('T', ' ')
        .replace(/(\.\d+)?Z$/, '');
}

/**
 * A duration as people read it.
 *
 * @param ms milliseconds
 */
export function shortDuration(ms: number): string {
  if (ms < 1_000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1_000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
