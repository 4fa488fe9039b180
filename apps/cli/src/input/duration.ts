import { InvalidArgumentError } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration such as `90`, `90s`, `500ms`, `5m`, `24h` or `7d`; a bare number is seconds.
 *
 * @param text what was given
 * @returns milliseconds
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const ms = durationMs(/^\d+(\.\d+)?$/.test(text) ? `${text}s` : text);
  if (ms === null) {
    throw new InvalidArgumentError('It must be a duration like 90s, 5m, 24h or 7d.');
  }
  return ms;
}

/**
 * Reads a duration that is to be waited for, hence above 0.
 *
 * @param text see {@link parseDuration}
 * @returns milliseconds
 * @throws InvalidArgumentError
 */
export function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms <= 0) {
    throw new InvalidArgumentError('It must be above 0.');
  }
  return ms;
}

/**
 * Reads a time: ISO 8601, Unix seconds, or a duration with its unit, counted from now.
 *
 * @param text e.g. `2026-11-21T06:00:00Z`, `1795231186`, `2h`
 * @param direction where the duration goes: -1 back, 1 ahead
 * @param now milliseconds since 1970
 * @returns ISO 8601, UTC
 * @throws InvalidArgumentError
 */
export function parseTime(text: string, direction: -1 | 1, now: number = Date.now()): string {
  const duration = durationMs(text);
  const time = new Date(
    duration !== null
      ? now + direction * duration
      : /^\d+$/.test(text)
        ? Number(text) * 1_000
        : text,
  );
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'It must be a time like 2026-11-21T06:00:00Z, Unix seconds, or a duration like 2h.',
    );
  }
  return time.toISOString();
}

/** Null when it is no duration with a unit. */
function durationMs(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  return amount === undefined || unitMs === undefined ? null : Math.round(Number(amount) * unitMs);
}
