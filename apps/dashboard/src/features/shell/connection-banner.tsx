'use client';

import { useQueryClient } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { type ReactElement, useEffect, useSyncExternalStore } from 'react';

import { api, connection, take } from '../../api/client';
import { clockTime } from '../../ui/format';
import classes from './shell.module.css';

/** Interval at which an unreachable API is tried, in ms. */
const PROBE_MS = 3_000;

/** Returns since when the API does not answer, in ms since 1970; null while it does. */
export function useFailingSince(): number | null {
  return useSyncExternalStore(
    connection.subscribe,
    () => connection.current().failingSince,
    () => null,
  );
}

/**
 * Banner on all pages while the API does not answer: what is shown is from before. When the API is back, all that
 * is shown is loaded again.
 */
export function ConnectionBanner(): ReactElement | null {
  const failingSince = useFailingSince();
  const client = useQueryClient();
  const isFailing = failingSince !== null;
  useEffect(() => {
    if (!isFailing) {
      return undefined;
    }
    const timer = setInterval(() => {
      take(api.GET('/admin/session')).then(
        () => client.invalidateQueries(),
        () => undefined,
      );
    }, PROBE_MS);
    return () => clearInterval(timer);
  }, [isFailing, client]);
  if (failingSince === null) {
    return null;
  }
  const { answeredAt } = connection.current();
  return (
    <div className={classes['banner']} data-level="bad" role="alert">
      <IconPlugConnectedX size={17} aria-hidden />
      <span>
        <b>The API has not answered since {clockTime(failingSince)}.</b>{' '}
        {answeredAt === null ? '' : `What is shown is from ${clockTime(answeredAt)}. `}
        This page looks every few seconds, and goes on by itself.
      </span>
    </div>
  );
}
