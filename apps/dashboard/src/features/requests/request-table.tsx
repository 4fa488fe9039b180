'use client';

import { Tooltip, VisuallyHidden } from '@mantine/core';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { ReactElement } from 'react';

import { count, duration } from '../../ui/format';
import { isTerminal } from '../../ui/request-status';
import { StatusPill } from '../../ui/status';
import { Time, useNow } from '../../ui/time';
import { paths } from '../shell/paths';
import { shortEndpoint } from './filters';
import type { AdminRequest } from './queries';
import { isWaitingOut } from './waiting-out';
import classes from './requests.module.css';

/** Number of characters of an id that are shown: its end is random, its beginning is the time. */
const ID_END = 10;

/**
 * Table of requests, one per row. A click on a row opens it, and so does its link from the keyboard.
 *
 * @param rows requests, newest first
 * @param left ids of rows that no longer match the filters
 */
export function RequestTable({
  rows,
  left,
}: {
  rows: readonly AdminRequest[];
  left: ReadonlySet<string>;
}): ReactElement {
  return (
    <div className={classes['scroll']}>
      <table className={classes['table']} aria-label="Requests">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Request</th>
            <th scope="col">Endpoint</th>
            <th scope="col">Model</th>
            <th scope="col" className={classes['number']}>
              Attempts
            </th>
            <th scope="col">Error</th>
            <th scope="col" className={classes['key']}>
              Key
            </th>
            <th scope="col" className={`${classes['number']} ${classes['took']}`}>
              Took
            </th>
            <th scope="col" className={classes['number']}>
              Created
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((request) => (
            <Row key={request.id} request={request} hasLeft={left.has(request.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ request, hasLeft }: { request: AdminRequest; hasLeft: boolean }): ReactElement {
  const router = useRouter();
  const href = paths.request(request.project_id, request.id);
  const code = request.error?.code ?? request.last_error_code;
  return (
    <tr
      className={classes['row']}
      data-request-row={request.id}
      data-left={hasLeft}
      {...(hasLeft && { title: 'It no longer matches the filters.' })}
      onClick={(event) => {
        if (!(event.target as Element).closest('a,button') && !hasSelection()) {
          router.push(href);
        }
      }}
    >
      <td>
        <StatusPill status={request.status} />
      </td>
      <td className={classes['idCell']}>
        <Link href={href} className={classes['id']} prefetch={false}>
          <Tooltip label={request.id} maw={400}>
            <span aria-hidden>rr_…{request.id.slice(-ID_END)}</span>
          </Tooltip>
          <VisuallyHidden>{request.id}</VisuallyHidden>
        </Link>
      </td>
      <td className={classes['endpoint']}>{shortEndpoint(request.endpoint)}</td>
      <td className={classes['model']} title={request.model}>
        {request.model} {request.mode === 'test' && <span className={classes['dim']}>· test</span>}
      </td>
      <td className={`${classes['number']} ${classes['attempts']}`}>
        {count(request.attempts)}
        <span className="mantine-hidden-from-sm">
          {' '}
          {request.attempts === 1 ? 'attempt' : 'attempts'}
        </span>
      </td>
      <td className={classes['error']}>
        {code === null ? (
          <span className={`${classes['dim']} ${classes['none']}`}>–</span>
        ) : (
          <span
            className={`${classes['code']} ${request.status === 'failed' ? '' : classes['dim']}`}
          >
            {code}
          </span>
        )}
      </td>
      <td className={`${classes['key']} ${classes['dim']}`} title={request.api_key.name ?? ''}>
        {request.api_key.name ?? '–'}
      </td>
      <td className={`${classes['number']} ${classes['took']}`}>
        <Took request={request} />
      </td>
      <td className={`${classes['number']} ${classes['created']} ${classes['dim']}`}>
        <Time at={request.created_at} />
      </td>
    </tr>
  );
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
    <span className={classes['dim']}>–</span>
  ) : (
    <span className={classes['dim']}>
      {duration(Math.max(0, now - Date.parse(request.created_at)))}…
    </span>
  );
}

function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}
