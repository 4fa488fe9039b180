'use client';

import { Tooltip } from '@mantine/core';
import { type ReactElement, useSyncExternalStore } from 'react';

import { exactTime, relativeTime } from './format';

/** How often relative times are brought up to date, in milliseconds. */
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

/** The present, once a second and the same for the whole page, in milliseconds since 1970. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );
}

/**
 * A moment as people say it; the exact one shows on hover and on focus, and is what a screen reader
 * is told.
 *
 * @param at ISO 8601, or null for never
 * @param never what is said for null
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
