'use client';

import { Tooltip, VisuallyHidden } from '@mantine/core';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';

import { count, duration } from '../../ui/format';
import { isTerminal } from '../../ui/request-status';
import { StatusPill } from '../../ui/status';
import { Time, useNow } from '../../ui/time';
import { paths } from '../shell/paths';
import type { Column } from './columns';
import { shortEndpoint } from './filters';
import type { AdminRequest } from './queries';
import { isWaitingOut } from './waiting-out';
import classes from './requests.module.css';

/** Number of characters of an id that are shown: its end is random, its beginning is the time. */
const ID_END = 10;

/** Contents of the cells of a request, by column. */
export const CELLS: Readonly<Record<Column, (request: AdminRequest) => ReactNode>> = {
  status: ({ status }) => <StatusPill status={status} />,
  id: ({ id, project_id }) => (
    <Link href={paths.request(project_id, id)} className={classes['link']} prefetch={false}>
      <Tooltip label={id} maw={400}>
        <span aria-hidden>rr_…{id.slice(-ID_END)}</span>
      </Tooltip>
      <VisuallyHidden>{id}</VisuallyHidden>
    </Link>
  ),
  endpoint: ({ endpoint }) => shortEndpoint(endpoint),
  model: ({ model, mode }) => (
    <>
      {model} {mode === 'test' && <span className={classes['dim']}>· test</span>}
    </>
  ),
  attempts: ({ attempts }) => (
    <>
      {count(attempts)}
      <span className="mantine-hidden-from-sm"> {attempts === 1 ? 'attempt' : 'attempts'}</span>
    </>
  ),
  error: ({ error, last_error_code: last, status }) => {
    const code = error?.code ?? last;
    return code === null ? (
      <None />
    ) : (
      <span className={`${classes['code']} ${status === 'failed' ? '' : classes['dim']}`}>
        {code}
      </span>
    );
  },
  key: ({ api_key: { name } }) => name ?? <None />,
  took: (request) => <Took request={request} />,
  created: ({ created_at: at }) => <Time at={at} />,
  provider: ({ provider }) => provider ?? <None />,
  mode: ({ mode }) => mode,
  ended: ({ completed_at: at }) => <Time at={at} />,
  tokens: ({ usage }) => {
    const total = usage?.['total_tokens'];
    return typeof total === 'number' ? count(total) : <None />;
  },
  idempotency_key: ({ idempotency_key: key }) =>
    key === null ? <None /> : <span className={classes['code']}>{key}</span>,
  metadata: ({ metadata }) =>
    metadata === null || Object.keys(metadata).length === 0 ? (
      <None />
    ) : (
      <span className={classes['code']}>{pairsOf(metadata)}</span>
    ),
};

/** Texts of the cells whose columns may be too narrow for them. */
const TITLES: Readonly<Partial<Record<Column, (request: AdminRequest) => string | null>>> = {
  model: ({ model }) => model,
  key: ({ api_key: { name } }) => name,
  idempotency_key: ({ idempotency_key: key }) => key,
  metadata: ({ metadata }) => (metadata === null ? null : pairsOf(metadata)),
};

/**
 * Returns the text that a cell shows on hover, because its column may be too narrow for it.
 *
 * @param column the column
 * @param request the request
 */
export const titleOf = (column: Column, request: AdminRequest): string | undefined =>
  TITLES[column]?.(request) ?? undefined;

const pairsOf = (metadata: NonNullable<AdminRequest['metadata']>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

function None(): ReactElement {
  return <span className={`${classes['dim']} ${classes['none']}`}>–</span>;
}

/**
 * Duration of a request, or the time until its next attempt.
 *
 * @param request the request
 */
function Took({ request }: { request: AdminRequest }): ReactElement {
  const now = useNow();
  if (request.status === 'retrying' && request.next_attempt_at !== null) {
    const ms = Date.parse(request.next_attempt_at) - now;
    const again = ms > 0 ? `again in ${duration(ms)}` : 'due';
    return (
      <span className={classes['dim']}>
        {isWaitingOut(request) ? `waiting out an outage, ${again}` : again}
      </span>
    );
  }
  if (request.duration_ms !== null) {
    return <>{duration(request.duration_ms)}</>;
  }
  return isTerminal(request.status) ? (
    <None />
  ) : (
    <span className={classes['dim']}>
      {duration(Math.max(0, now - Date.parse(request.created_at)))}…
    </span>
  );
}
