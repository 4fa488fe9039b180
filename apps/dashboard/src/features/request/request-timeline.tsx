'use client';

import { Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, type ReactElement } from 'react';

import { duration, exactTime } from '../../ui/format';
import { ticksOf } from '../../ui/ticks';
import { useNow } from '../../ui/time';
import type { AdminRequest } from '../requests/queries';
import type { Attempt } from './queries';
import { roundsOf } from './scale';
import { type Segment, segmentsOf } from './segments';
import classes from './timeline.module.css';

/**
 * Timeline of a request, to scale: one row for each attempt, in the color of its outcome, after the time in the queue
 * or the wait before it. Rounds stand below each other on the same scale.
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
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const segments = segmentsOf(request, attempts, now);
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) {
    return null;
  }
  const rounds = roundsOf(segments);
  const span = Math.max(1, ...rounds.map(({ from, to }) => to - from));
  const ticks = ticksOf(span, isNarrow ? 3 : 6);
  return (
    <figure style={{ margin: 0 }}>
      <div
        className={classes['chart']}
        role="img"
        tabIndex={0}
        aria-label={`Life of the request: ${segments.map(describe).join(', ')}`}
      >
        <div className={classes['row']}>
          <span />
          <span className={classes['ticks']}>
            {ticks.map((at) => (
              <span key={at} className={classes['tick']} style={{ left: `${(at / span) * 100}%` }}>
                {at === 0 ? '0' : duration(at)}
              </span>
            ))}
          </span>
          <span />
        </div>
        {rounds.map(({ from, idleMs, rows }) => (
          <Fragment key={from}>
            {idleMs !== null && (
              <div className={classes['break']}>run again after {duration(idleMs)}</div>
            )}
            {rows.map((row) => (
              <Row key={row[0]?.from} row={row} from={from} span={span} ticks={ticks} now={now} />
            ))}
          </Fragment>
        ))}
      </div>
      <figcaption className={classes['axis']}>
        <span>accepted {exactTime(request.created_at)}</span>
        <span>{last.open ? 'still running' : `${duration(last.to - first.from)} total`}</span>
      </figcaption>
    </figure>
  );
}

function Row({
  row,
  from,
  span,
  ticks,
  now,
}: {
  row: readonly Segment[];
  from: number;
  span: number;
  ticks: readonly number[];
  now: number;
}): ReactElement {
  const attempt = row.find(({ kind }) => kind === 'attempt');
  const shown = attempt ?? row[0];
  return (
    <div className={classes['row']}>
      <span className={classes['name']}>
        {attempt === undefined ? 'waits' : `#${attempt.number}`}
        {attempt !== undefined && <small>{attempt.outcome}</small>}
      </span>
      <span className={classes['lane']}>
        {ticks.map((at) => (
          <span key={at} className={classes['grid']} style={{ left: `${(at / span) * 100}%` }} />
        ))}
        {row.map((segment) => (
          <Tooltip
            key={segment.kind}
            label={`${describe(segment)}, from ${exactTime(new Date(segment.from).toISOString())}`}
          >
            <span
              className={classes['segment']}
              data-kind={segment.kind}
              data-outcome={segment.outcome}
              style={{
                left: `${((segment.from - from) / span) * 100}%`,
                width: `${((segment.to - segment.from) / span) * 100}%`,
              }}
            />
          </Tooltip>
        ))}
      </span>
      <span className={classes['length']}>{shown === undefined ? '' : lengthOf(shown, now)}</span>
    </div>
  );
}

function lengthOf({ kind, open, from, to }: Segment, now: number): string {
  return open && kind !== 'attempt' && to > now ? `in ${duration(to - now)}` : duration(to - from);
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
