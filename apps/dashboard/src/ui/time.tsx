'use client';

import { Tooltip } from '@mantine/core';
import { type ReactElement, useSyncExternalStore } from 'react';

import { exactTime, relativeTime } from './format';

/** Interval at which relative times are updated, in ms. */
const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Returns the current time, in ms since 1970. It changes once a second, at the same time for the page. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );
}

/**
 * Relative time. The exact time shows on hover and on focus, and is the text for screen readers.
 *
 * @param at the time as ISO 8601, or null for never
 * @param never text for null
 */
export function Time({
  at,
  never = '–',
}: {
  at: string | null | undefined;
  never?: string;
}): ReactElement {
  const present = useNow();
  if (at === null || at === undefined) {
    return <span>{never}</span>;
  }
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at} suppressHydrationWarning>
        {relativeTime(at, present)}
      </time>
    </Tooltip>
  );
}
