import type { RequestRecord } from '@reqrun/contracts';

const SOONEST_MS = 500;
const LATEST_MS = 10_000;
/** Behind the time of the next attempt: it takes a moment itself. */
const AFTER_ATTEMPT_MS = 500;

/**
 * How long a poller should wait before it asks again: until behind the next attempt where one is
 * set, otherwise longer the longer the request has been under way.
 *
 * @param record one that has not ended
 * @param nowMs Unix ms
 */
export function pollAfterMs(record: RequestRecord, nowMs = Date.now()): number {
  const wish =
    record.next_attempt_at === null
      ? (nowMs - Date.parse(record.created_at)) / 10
      : Date.parse(record.next_attempt_at) - nowMs + AFTER_ATTEMPT_MS;
  return Math.round(Math.min(LATEST_MS, Math.max(SOONEST_MS, wish)));
}
