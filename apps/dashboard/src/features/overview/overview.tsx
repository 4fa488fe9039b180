'use client';

import { Alert, Anchor, Grid, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconZzz } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { count, duration, percent, plural, shortCount } from '../../ui/format';
import { Page } from '../../ui/page';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { StatusPill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import { FirstSteps } from '../first-steps/first-steps';
import { newestRequestQuery } from '../first-steps/queries';
import { paths } from '../shell/paths';
import { Attention } from './attention-list';
import { CodeBars, RetryBars } from './bars';
import classes from './overview.module.css';
import { type Metrics, metricsQuery, type Range } from './queries';
import { RangeBar, useRange } from './range-bar';

/** Height of a chart with its legend, in pixels, so that the page does not move when it comes. */
const CHART_HEIGHT = 240;
const ChartSpace = (): ReactElement => <Skeleton height={CHART_HEIGHT} />;
// The library for charts is a third of all scripts of this page, and the figures above come without it.
const OutcomeChart = dynamic(async () => (await import('./charts')).OutcomeChart, {
  ssr: false,
  loading: ChartSpace,
});
const LatencyChart = dynamic(async () => (await import('./charts')).LatencyChart, {
  ssr: false,
  loading: ChartSpace,
});

/** Overview page of a project: concerns, current state, and figures over time. */
export function Overview(): ReactElement {
  const project = useProject();
  const { range, mode } = useRange();
  const { data, error, refetch } = useQuery(metricsQuery(project.id, range, mode));
  return (
    <Page
      title="Overview"
      description={project.name}
      actions={<RangeBar range={range} mode={mode} />}
    >
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={5} height={90} />
        ) : (
          <ErrorState error={error} what="The figures" onRetry={() => void refetch()} />
        )
      ) : (
        <Stack gap="lg">
          <FirstSteps />
          <Figures metrics={data} range={range} mode={mode} projectId={project.id} />
        </Stack>
      )}
    </Page>
  );
}

function Figures({
  metrics,
  range,
  mode,
  projectId,
}: {
  metrics: Metrics;
  range: Range;
  mode: string;
  projectId: string;
}): ReactElement | null {
  const { totals, now } = metrics;
  const { data: newest } = useQuery(newestRequestQuery(projectId));
  const isQuiet =
    totals.accepted + totals.completed + totals.failed + totals.canceled === 0 &&
    now.queued + now.processing + now.retrying === 0;
  if (isQuiet && newest === undefined) {
    return <LoadingRows rows={5} height={90} />;
  }
  if (isQuiet && newest === null) {
    return null;
  }
  const narrowed = mode === '' ? '' : `&mode=${mode}`;
  return (
    <Stack gap="lg">
      {isQuiet && <Quiet range={range} mode={mode} last={newest?.created_at ?? null} />}
      <Attention metrics={metrics} range={range} mode={mode} projectId={projectId} />
      <Paper component="section" aria-label="Now" style={{ overflow: 'hidden' }}>
        <div className={classes['now']}>
          {(['queued', 'processing', 'retrying'] as const).map((status) => (
            <Link
              key={status}
              className={classes['nowCell']}
              href={`${paths.requests(projectId)}?status=${status}${narrowed}`}
            >
              <StatusPill status={status} />
              <b data-now={status}>{count(now[status])}</b>
            </Link>
          ))}
        </div>
      </Paper>
      <dl className={classes['figures']} style={{ margin: 0 }}>
        <Figure
          name="Accepted"
          value={shortCount(totals.accepted)}
          note={perMinute(totals, metrics)}
        />
        <Figure
          name="Success rate"
          value={totals.success_rate === null ? '–' : percent(totals.success_rate)}
          note={`${count(totals.completed)} completed, ${count(totals.failed)} failed`}
        />
        <Figure
          name="Retried"
          value={shortCount(totals.retried)}
          note={
            totals.average_retry_delay_ms === null
              ? 'no wait added'
              : `${duration(totals.average_retry_delay_ms)} added on average`
          }
        />
        <Figure
          name="Total time (p50)"
          value={orDash(totals.duration_ms.p50)}
          note={percentiles(totals.completed, totals.duration_ms)}
        />
        <Figure
          name="Queue time (p95)"
          value={orDash(totals.queue_ms.p95)}
          note={`p50 ${orDash(totals.queue_ms.p50)}, p99 ${orDash(totals.queue_ms.p99)}`}
        />
      </dl>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Section
            title="Requests"
            description={`How they ended, by the ${step(metrics)} in which they were accepted`}
          >
            <OutcomeChart metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Section
            title="Total time"
            description={`From acceptance to completion, per ${step(metrics)}`}
          >
            <LatencyChart metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section title="Retries needed">
            <RetryBars metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section title="Retries by cause">
            <CodeBars counts={metrics.retries_by_code} color="#d9860a" empty="No retries." />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section
            title="Failures by cause"
            actions={
              totals.failed > 0 && (
                <Anchor
                  component={Link}
                  size="sm"
                  href={`${paths.failures(projectId)}?range=${range}${narrowed}`}
                >
                  Since when, and what to do
                </Anchor>
              )
            }
          >
            <CodeBars
              counts={metrics.failures_by_code}
              color="#d0382f"
              empty="No failures."
              href={(code) =>
                `${paths.requests(projectId)}?status=failed&error_code=${code}&range=${range}${narrowed}`
              }
            />
          </Section>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Figure({
  name,
  value,
  note,
}: {
  name: string;
  value: string;
  note: string;
}): ReactElement {
  return (
    <Paper className={classes['figure'] ?? ''}>
      <dt>{name}</dt>
      <dd>
        {value}
        <small>{note}</small>
      </dd>
    </Paper>
  );
}

/** Note that nothing came in the range, though the project has had requests: traffic may have stopped. */
function Quiet({
  range,
  mode,
  last,
}: {
  range: Range;
  mode: string;
  last: string | null;
}): ReactElement {
  return (
    <Alert
      color="yellow"
      icon={<IconZzz />}
      title={`No ${mode} requests in the last ${LENGTHS[range]}`.replace('  ', ' ')}
    >
      <Text size="sm">
        The last request of this project came <Time at={last} />. If there should be traffic, look
        at the applications that send it.
      </Text>
    </Alert>
  );
}

const LENGTHS: Readonly<Record<Range, string>> = {
  '1h': 'hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
};

const orDash = (ms: number | null): string => (ms === null ? '–' : duration(ms));

/** Smallest number of requests whose percentiles are more than the times of one or two of them. */
const ENOUGH = 20;

function percentiles(completed: number, { p95, p99 }: Metrics['totals']['duration_ms']): string {
  return completed > 0 && completed < ENOUGH
    ? `of ${plural(completed, 'request')}: too few for p95`
    : `p95 ${orDash(p95)}, p99 ${orDash(p99)}`;
}

/** Returns the accepted requests per minute of the range. */
function perMinute({ accepted }: Metrics['totals'], { from, to }: Metrics): string {
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
  return `${shortCount(Math.round((accepted / minutes) * 10) / 10)} per minute`;
}

function step({ step_seconds: seconds }: Metrics): string {
  const words: Readonly<Record<number, string>> = {
    60: 'minute',
    300: '5 minutes',
    3600: 'hour',
    86400: 'day',
  };
  return words[seconds] ?? duration(seconds * 1_000);
}
