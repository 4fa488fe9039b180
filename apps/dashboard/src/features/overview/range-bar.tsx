'use client';

import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'next/navigation';
import type { ReactElement } from 'react';

import { currentQuery, setQuery } from '../../ui/address';
import { type Range, rangeOf, RANGES } from './queries';

/** Mode of the requests that are shown; empty for both. */
export type ShownMode = '' | 'live' | 'test';

/** Returns the range and the mode of the address. */
export function useRange(): { range: Range; mode: ShownMode } {
  const search = useSearchParams();
  const mode = search.get('mode');
  return {
    range: rangeOf(search.get('range')),
    mode: mode === 'live' || mode === 'test' ? mode : '',
  };
}

/**
 * Controls for the range and the mode. Both are in the address.
 *
 * @param range the range
 * @param mode the mode; empty for both
 */
export function RangeBar({ range, mode }: { range: Range; mode: ShownMode }): ReactElement {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Mode"
        value={mode}
        onChange={(value) => show('mode', value)}
        data={[
          { value: '', label: 'All' },
          { value: 'live', label: 'Live' },
          { value: 'test', label: 'Test' },
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label="Range"
        value={range}
        onChange={(value) => show('range', value)}
        data={Object.keys(RANGES)}
      />
    </>
  );
}

function show(name: string, value: string): void {
  const next = currentQuery();
  if (value === '') {
    next.delete(name);
  } else {
    next.set(name, value);
  }
  setQuery(next, 'replace');
}
