'use client';

import { Anchor, Button, Text } from '@mantine/core';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { count, exactTime } from '../../ui/format';
import { GuardedButton } from '../../ui/guarded';
import { Time } from '../../ui/time';
import { adviceFor } from '../errors/advice';
import { meaningOf } from '../errors/meaning';
import { CodeLink } from '../request/attempt-list';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import type { FailureGroup, Share } from './failure-groups';
import classes from './failures.module.css';

/** Largest number of values that are named. */
const MOST_SHARES = 4;

/**
 * Failed requests with the same error code: since when, of what, what it means, and what to do.
 *
 * @param group the failures
 * @param projectId UUID of the project
 * @param narrowed range and mode, as the query of a URL
 * @param onRetry asks to retry them
 */
export function FailureItem({
  group,
  projectId,
  narrowed,
  onRetry,
}: {
  group: FailureGroup;
  projectId: string;
  narrowed: URLSearchParams;
  onRetry: () => void;
}): ReactElement {
  const refusal = useRefusal('member');
  const { code, requests, first, last, sample, models, providers, keys, series } = group;
  const list = (more: Record<string, string> = {}): string =>
    `${paths.requests(projectId)}?${new URLSearchParams({
      ...Object.fromEntries(narrowed),
      status: 'failed',
      error_code: code,
      ...more,
    })}`;
  const most = Math.max(1, ...series);
  return (
    <li className={classes['group']} data-code={code}>
      <div>
        <div className={classes['head']}>
          <b>{count(requests)}</b>
          <CodeLink code={code} />
          <Text size="sm" c="dimmed">
            since <Time at={first} /> · last <Time at={last} />
          </Text>
        </div>
        <Text size="sm">
          {meaningOf(code)} {adviceFor(code)}
        </Text>
        <dl className={classes['shares']}>
          <Shares name="Models" shares={models} href={({ value }) => list({ model: value })} />
          <Shares name="Providers" shares={providers} href={null} />
          <Shares name="Keys" shares={keys} href={({ value }) => list({ key_id: value })} />
        </dl>
      </div>
      <div
        className={classes['spark']}
        role="img"
        aria-label={`From ${exactTime(first)} to ${exactTime(last)}, at most ${count(most)} at a time`}
      >
        {series.map((times, part) => (
          <span key={part} style={{ height: `${(times / most) * 100}%` }} />
        ))}
      </div>
      <div className={classes['actions']}>
        <GuardedButton size="xs" variant="light" refusal={refusal} onClick={onRetry}>
          Retry these…
        </GuardedButton>
        <Button component={Link} size="xs" variant="default" href={list()}>
          See requests
        </Button>
        <Button
          component={Link}
          size="xs"
          variant="default"
          href={paths.request(projectId, sample)}
        >
          Newest one
        </Button>
      </div>
    </li>
  );
}

function Shares({
  name,
  shares,
  href,
}: {
  name: string;
  shares: readonly Share[];
  href: ((share: Share) => string) | null;
}): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {shares.slice(0, MOST_SHARES).map((share) => (
          <span key={share.value}>
            {href === null ? (
              share.label
            ) : (
              <Anchor component={Link} size="sm" href={href(share)}>
                {share.label}
              </Anchor>
            )}{' '}
            <Text span size="xs" c="dimmed">
              {count(share.requests)}
            </Text>
          </span>
        ))}
        {shares.length > MOST_SHARES && (
          <Text span size="xs" c="dimmed">
            and {shares.length - MOST_SHARES} more
          </Text>
        )}
      </dd>
    </>
  );
}
