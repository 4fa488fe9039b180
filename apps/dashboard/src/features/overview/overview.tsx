'use client';

import { Grid, Paper, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import type { ReactElement } from 'react';

import { currentQuery, setQuery } from '../../ui/address';
import { count, duration, percent, shortCount } from '../../ui/format';
import { Page } from '../../ui/page';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { StatusPill } from '../../ui/status';
import { useProject } from '../projects/current-project';
import { NoRequests } from '../requests/no-requests';
import { paths } from '../shell/paths';
import { Attention } from './attention-list';
import { CodeBars, LatencyChart, OutcomeChart, RetryBars } from './charts';
import classes from './overview.module.css';
import { type Metrics, metricsQuery, rangeOf, RANGES } from './queries';

/** Overview page of a project: concerns, current state, and figures over time. */
export function Overview(): ReactElement {
  const project = useProject();
  const search = useSearchParams();
  const range = rangeOf(search.get('range'));
  const wanted = search.get('mode');
  const mode = wanted === 'live' || wanted === 'test' ? wanted : '';
  const { data, error, refetch } = useQuery(metricsQuery(project.id, range, mode));
  const show = (change: Record<string, string>): void => {
    const next = currentQuery();
    for (const [name, value] of Object.entries(change)) {
      if (value === '') {
        next.delete(name);
      } else {
        next.set(name, value);
      }
    }
    setQuery(next, 'replace');
  };
  return (
    <Page
      title="Overview"
      description={project.name}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Mode"
            value={mode}
            onChange={(value) => show({ mode: value })}
            data={[
              { value: '', label: 'All' },
              { value: 'live', label: 'Live' },
              { value: 'test', label: 'Test' },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label="Range"
            value={range}
            onChange={(value) => show({ range: value })}
            data={Object.keys(RANGES)}
          />
        </>
      }
    >
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={5} height={90} />
        ) : (
          <ErrorState error={error} what="The figures" onRetry={() => void refetch()} />
        )
      ) : (
        <Figures metrics={data} range={range} projectId={project.id} />
      )}
    </Page>
  );
}

function Figures({
  metrics,
  range,
  projectId,
}: {
  metrics: Metrics;
  range: string;
  projectId: string;
}): ReactElement {
  const { totals, now } = metrics;
  const isIdle = totals.accepted === 0 && now.queued + now.processing + now.retrying === 0;
  if (isIdle && totals.completed + totals.failed + totals.canceled === 0) {
    return (
      <Paper>
        <NoRequests isFiltered={false} onClear={() => undefined} />
      </Paper>
    );
  }
  return (
    <Stack gap="lg">
      <Attention metrics={metrics} range={range} projectId={projectId} />
      <Paper component="section" aria-label="Now" style={{ overflow: 'hidden' }}>
        <div className={classes['now']}>
          {(['queued', 'processing', 'retrying'] as const).map((status) => (
            <Link
              key={status}
              className={classes['nowCell']}
              href={`${paths.requests(projectId)}?status=${status}`}
            >
              <StatusPill status={status} />
              <b data-now={status}>{count(now[status])}</b>
            </Link>
          ))}
        </div>
      </Paper>
      <dl className={classes['figures']} style={{ margin: 0 }}>
        <Figure name="Accepted" value={shortCount(totals.accepted)} note={perMinute(totals)} />
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
          name="To completion, p50"
          value={orDash(totals.duration_ms.p50)}
          note={`p95 ${orDash(totals.duration_ms.p95)}, p99 ${orDash(totals.duration_ms.p99)}`}
        />
        <Figure
          name="In queue, p95"
          value={orDash(totals.queue_ms.p95)}
          note={`p50 ${orDash(totals.queue_ms.p50)}, p99 ${orDash(totals.queue_ms.p99)}`}
        />
      </dl>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Section title="Requests" description={`How they ended, per ${step(metrics)}`}>
            <OutcomeChart metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Section title="Time to completion" description={`Percentiles per ${step(metrics)}`}>
            <LatencyChart metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section title="Retries by attempt">
            <RetryBars metrics={metrics} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section title="Retries by cause">
            <CodeBars counts={metrics.retries_by_code} color="#d9860a" empty="No retries." />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, lg: 4 }}>
          <Section title="Failures by cause">
            <CodeBars
              counts={metrics.failures_by_code}
              color="#d0382f"
              empty="No failures."
              href={(code) =>
                `${paths.requests(projectId)}?status=failed&error_code=${code}&range=${range}`
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

const orDash = (ms: number | null): string => (ms === null ? '–' : duration(ms));

function perMinute({ throughput_per_minute: rate }: Metrics['totals']): string {
  return `${shortCount(Math.round(rate * 10) / 10)} per minute`;
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
