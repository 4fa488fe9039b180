import type { RequestRecord } from '@reqrun/contracts';

const SOONEST_MS = 500;
const LATEST_MS = 10_000;
/** Time after the start of the next attempt, in ms: the attempt takes a moment. */
const AFTER_ATTEMPT_MS = 500;

/**
 * Returns the time in ms that a poller should wait before its next poll: until after the next attempt if one
 * is scheduled, otherwise longer the older the request is.
 *
 * @param record a record that has not ended
 * @param nowMs present time, in Unix ms
 */
export function pollAfterMs(record: RequestRecord, nowMs = Date.now()): number {
  const wish =
    record.next_attempt_at === null
      ? (nowMs - Date.parse(record.created_at)) / 10
      : Date.parse(record.next_attempt_at) - nowMs + AFTER_ATTEMPT_MS;
  return Math.round(Math.min(LATEST_MS, Math.max(SOONEST_MS, wish)));
}
