'use client';

import { Anchor, Text } from '@mantine/core';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { count } from '../../ui/format';
import { paths } from '../shell/paths';
import classes from './overview.module.css';
import type { Metrics } from './queries';

/**
 * Bars of the number of retries after each attempt. The API names the attempt that followed.
 *
 * @param metrics figures of the project
 */
export function RetryBars({ metrics }: { metrics: Metrics }): ReactElement {
  return (
    <Bars
      color="#5e6ce9"
      empty="No retries."
      rows={metrics.retries_by_attempt.map(({ attempt, count: times }) => ({
        name: `after attempt ${attempt - 1}`,
        times,
        href: null,
      }))}
    />
  );
}

/**
 * Bars of the number of occurrences of each error code, the most frequent first.
 *
 * @param counts number of occurrences by code
 * @param color color of the bars
 * @param empty text shown without codes
 * @param href returns the target of a code's link; by default its meaning
 */
export function CodeBars({
  counts,
  color,
  empty,
  href = paths.error,
}: {
  counts: readonly { code: string; count: number }[];
  color: string;
  empty: string;
  href?: (code: string) => string;
}): ReactElement {
  return (
    <Bars
      color={color}
      empty={empty}
      rows={counts
        .toSorted((one, other) => other.count - one.count)
        .map(({ code, count: times }) => ({ name: code, times, href: href(code) }))}
    />
  );
}

function Bars({
  rows,
  color,
  empty,
}: {
  rows: readonly { name: string; times: number; href: string | null }[];
  color: string;
  empty: string;
}): ReactElement {
  const most = Math.max(1, ...rows.map(({ times }) => times));
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed" py="xs">
        {empty}
      </Text>
    );
  }
  return (
    <ul className={classes['bars']}>
      {rows.map(({ name, times, href }) => (
        <li key={name} className={classes['bar']}>
          <span className={classes['name']}>
            {href === null ? (
              name
            ) : (
              <Anchor component={Link} href={href} ff="monospace" size="xs">
                {name}
              </Anchor>
            )}
          </span>
          <span className="tabular">{count(times)}</span>
          <span className={classes['track']} aria-hidden>
            <span
              className={classes['fill']}
              style={{ width: `${(times / most) * 100}%`, background: color }}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
