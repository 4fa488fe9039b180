'use client';

import { BarChart, LineChart } from '@mantine/charts';
import type { ReactElement } from 'react';

import { count, duration, exactTime, shortCount } from '../../ui/format';
import { ticksOf } from '../../ui/ticks';
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

/** Returns an axis of durations with round marks. */
function durationAxis({ series }: Metrics) {
  const most = Math.max(1, ...series.map(({ p99_ms }) => p99_ms ?? 0));
  const marks = ticksOf(most, 4);
  const step = marks[1] ?? most;
  const ticks = [...marks, (marks.at(-1) ?? 0) + step];
  return { width: 62, ticks, domain: [0, ticks.at(-1) ?? most] as [number, number] };
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
        yAxisProps={durationAxis(metrics)}
        series={[
          { name: 'p50_ms', label: 'p50', color: '#4a57dc' },
          { name: 'p95_ms', label: 'p95', color: '#d9860a' },
          { name: 'p99_ms', label: 'p99', color: '#b8458f' },
        ]}
      />
    </div>
  );
}
