import type { ReactElement, ReactNode } from 'react';

import type { RequestStatus } from './request-status';
import classes from './status.module.css';

/** Color of a state: neutral, running, waiting, good, bad, or ReqRun's own. */
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
 * Word with a color and a dot. The word is complete without the color.
 *
 * @param tone color of the pill
 * @param live whether the state is in progress
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
 * Status of a request.
 *
 * @param status the status
 */
export function StatusPill({ status }: { status: RequestStatus }): ReactElement {
  return (
    <Pill tone={TONES[status]} live={status === 'processing' || status === 'retrying'}>
      {status}
    </Pill>
  );
}
