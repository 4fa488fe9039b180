'use client';

import { BarChart, LineChart } from '@mantine/charts';
import { Anchor, Text } from '@mantine/core';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { count, duration, exactTime, shortCount } from '../../ui/format';
import { paths } from '../shell/paths';
import classes from './overview.module.css';
import type { Metrics } from './queries';

const HEIGHT = 240;
const DAY_SECONDS = 86_400;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Returns a formatter for the time axis: the day if the range spans days, else the time of day. */
function tick(metrics: Metrics): (at: string) => string {
  const span = Date.parse(metrics.to) - Date.parse(metrics.from);
  const isDays = span > 2 * DAY_SECONDS * 1_000;
  return (at) => (isDays ? day : clock).format(Date.parse(at));
}

const shared = (metrics: Metrics) =>
  ({
    h: HEIGHT,
    dataKey: 'at',
    withLegend: true,
    legendProps: { verticalAlign: 'bottom', height: 32 },
    gridAxis: 'x',
    tickLine: 'none',
    xAxisProps: { tickFormatter: tick(metrics), minTickGap: 28 },
    tooltipProps: {
      labelFormatter: (at: unknown) => (typeof at === 'string' ? exactTime(at) : ''),
      isAnimationActive: false,
    },
    tooltipAnimationDuration: 0,
  }) as const;

/**
 * Chart of completed, failed and canceled requests over time.
 *
 * @param metrics figures of the project
 */
export function OutcomeChart({ metrics }: { metrics: Metrics }): ReactElement {
  const { completed, failed, canceled, retried } = metrics.totals;
  return (
    <div
      role="img"
      aria-label={`Over the range ${count(completed)} completed, ${count(failed)} failed, ${count(canceled)} canceled, ${count(retried)} retried`}
    >
      <BarChart
        {...shared(metrics)}
        data={[...metrics.series]}
        type="stacked"
        valueFormatter={shortCount}
        maxBarWidth={26}
        barProps={{ isAnimationActive: false }}
        yAxisProps={{ width: 44, allowDecimals: false }}
        series={[
          { name: 'completed', color: '#2a9d63' },
          { name: 'failed', color: '#d9453c' },
          { name: 'canceled', color: '#8d96a6' },
        ]}
      />
    </div>
  );
}

/**
 * Chart of the duration of requests over time.
 *
 * @param metrics figures of the project
 */
export function LatencyChart({ metrics }: { metrics: Metrics }): ReactElement {
  const { p50, p95, p99 } = metrics.totals.duration_ms;
  const words = [p50, p95, p99].map((ms) => (ms === null ? 'none' : duration(ms)));
  return (
    <div role="img" aria-label={`Over the range p50 ${words[0]}, p95 ${words[1]}, p99 ${words[2]}`}>
      <LineChart
        {...shared(metrics)}
        data={[...metrics.series]}
        valueFormatter={duration}
        curveType="monotone"
        strokeWidth={2}
        withDots={metrics.series.filter(({ p50_ms }) => p50_ms !== null).length < 12}
        connectNulls
        lineProps={{ isAnimationActive: false }}
        yAxisProps={{ width: 62 }}
        series={[
          { name: 'p50_ms', label: 'p50', color: '#4a57dc' },
          { name: 'p95_ms', label: 'p95', color: '#d9860a' },
          { name: 'p99_ms', label: 'p99', color: '#b8458f' },
        ]}
      />
    </div>
  );
}

/**
 * Bars of the number of retries after each attempt.
 *
 * @param metrics figures of the project
 */
export function RetryBars({ metrics }: { metrics: Metrics }): ReactElement {
  return (
    <Bars
      color="#5e6ce9"
      empty="No retries."
      rows={metrics.retries_by_attempt.map(({ attempt, count: times }) => ({
        name: `after attempt ${attempt}`,
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
