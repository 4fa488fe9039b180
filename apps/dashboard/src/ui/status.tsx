import type { ReactElement, ReactNode } from 'react';

import type { RequestStatus } from './request-status';
import classes from './status.module.css';

/** What a color says: nothing, under way, wait, well, ill, ours. */
export type Tone = 'gray' | 'blue' | 'amber' | 'green' | 'red' | 'violet';

const TONES: Readonly<Record<RequestStatus, Tone>> = {
  queued: 'gray',
  processing: 'blue',
  retrying: 'amber',
  completed: 'green',
  failed: 'red',
  canceled: 'gray',
};

/**
 * A word with a color and a dot: the word says it all, the color only helps.
 *
 * @param tone its color
 * @param live whether something goes on behind it
 */
export function Pill({
  tone,
  live = false,
  children,
}: {
  tone: Tone;
  live?: boolean;
  children: ReactNode;
}): ReactElement {
  return (
    <span className={classes['badge']} data-tone={tone} data-live={live}>
      <span className={classes['dot']} aria-hidden />
      {children}
    </span>
  );
}

/**
 * A request's status.
 *
 * @param status which
 */
export function StatusPill({ status }: { status: RequestStatus }): ReactElement {
  return (
    <Pill tone={TONES[status]} live={status === 'processing' || status === 'retrying'}>
      {status}
    </Pill>
  );
}
