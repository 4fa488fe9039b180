'use client';

import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';

import { duration, exactTime } from '../../ui/format';
import { useNow } from '../../ui/time';
import type { AdminRequest } from '../requests/queries';
import type { Attempt } from './queries';
import { type Segment, segmentsOf } from './segments';
import classes from './timeline.module.css';

/**
 * Timeline of a request: the time in the queue, each attempt in the color of its outcome, and the waits
 * between them. Widths are proportional to durations, with a minimum for the text.
 *
 * @param request times of the request
 * @param attempts attempts, oldest first
 */
export function RequestTimeline({
  request,
  attempts,
}: {
  request: AdminRequest;
  attempts: readonly Attempt[];
}): ReactElement | null {
  const now = useNow();
  const segments = segmentsOf(request, attempts, now);
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) {
    return null;
  }
  return (
    <figure style={{ margin: 0 }}>
      <div
        className={classes['track']}
        role="img"
        tabIndex={0}
        aria-label={`Life of the request: ${segments.map(describe).join(', ')}`}
      >
        {segments.map((segment) => (
          <Tooltip
            key={`${segment.kind}-${segment.number}`}
            label={`${describe(segment)}, from ${exactTime(new Date(segment.from).toISOString())}`}
          >
            <span
              className={classes['segment']}
              data-kind={segment.kind}
              data-outcome={segment.outcome}
              style={{ flex: `${Math.max(segment.to - segment.from, 1)} 0 auto` }}
            >
              <span className={segment.kind === 'attempt' ? '' : classes['label']}>
                {segment.kind === 'attempt' ? `#${segment.number}` : shown(segment, now)}
              </span>
            </span>
          </Tooltip>
        ))}
      </div>
      <figcaption className={classes['axis']}>
        <span>accepted {exactTime(request.created_at)}</span>
        <span>{last.open ? 'goes on' : `${duration(last.to - first.from)} in all`}</span>
      </figcaption>
    </figure>
  );
}

function shown(segment: Segment, now: number): string {
  return segment.open && segment.to > now
    ? `in ${duration(segment.to - now)}`
    : duration(segment.to - segment.from);
}

function describe({ kind, number, outcome, from, to }: Segment): string {
  const length = duration(to - from);
  switch (kind) {
    case 'queue':
      return `${length} in queue`;
    case 'wait':
      return `${length} wait before attempt ${number}`;
    case 'idle':
      return `ended for ${length}, then run again`;
    case 'attempt':
      return `attempt ${number} ${outcome ?? ''} after ${length}`;
  }
}
