import type { RequestRecord } from '@reqrun/contracts';

import { pollAfterMs } from './poll-after.js';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const record = (createdMsAgo: number, nextInMs: number | null) =>
  ({
    created_at: new Date(NOW - createdMsAgo).toISOString(),
    next_attempt_at: nextInMs === null ? null : new Date(NOW + nextInMs).toISOString(),
  }) as RequestRecord;

describe('how long a poller should wait', () => {
  it.each([
    ['soon after acceptance', 0, null, 500],
    ['longer, the longer it has been under way', 40_000, null, 4_000],
    ['never longer than ten seconds', 3_600_000, null, 10_000],
    ['until behind the next attempt', 100, 3_000, 3_500],
    ['not for minutes, even when the next attempt is far away', 100, 600_000, 10_000],
    ['a moment when the next attempt is due', 100, -1_000, 500],
  ])('%s', (_what, createdMsAgo, nextInMs, expected) => {
    expect(pollAfterMs(record(createdMsAgo, nextInMs), NOW)).toBe(expected);
  });
});
