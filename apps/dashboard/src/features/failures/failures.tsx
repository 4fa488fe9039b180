'use client';

import { Alert, Button, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import Link from 'next/link';
import { type ReactElement, useState } from 'react';

import { plural } from '../../ui/format';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { metricsQuery } from '../overview/queries';
import { RangeBar, useRange } from '../overview/range-bar';
import { useProject } from '../projects/current-project';
import { BulkRetryDialog } from '../requests/bulk-retry';
import { readFilters } from '../requests/filters';
import { paths } from '../shell/paths';
import { FailureItem } from './failure-item';
import classes from './failures.module.css';
import { failuresQuery } from './queries';
import { verdictOf } from './verdict';

/** Page of a project's failures by cause: since when, of what, whether it is the provider or us, and what to do. */
export function Failures(): ReactElement {
  const project = useProject();
  const { range, mode } = useRange();
  const { data, error, refetch } = useQuery(failuresQuery(project.id, range, mode));
  const { data: metrics } = useQuery(metricsQuery(project.id, range, mode));
  const [retried, setRetried] = useState<string | null>(null);
  const narrowed = new URLSearchParams({ range, ...(mode !== '' && { mode }) });
  const whatIf = new URLSearchParams({ range, mode: mode === 'test' ? 'test' : 'live' });
  return (
    <Page
      title="Failures"
      description="Failed requests by cause"
      actions={<RangeBar range={range} mode={mode} />}
    >
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={4} height={110} />
        ) : (
          <ErrorState error={error} what="The failures" onRetry={() => void refetch()} />
        )
      ) : data.requests === 0 ? (
        <Paper>
          <EmptyState icon={<IconCircleCheck size={24} />} title="No failed requests">
            Every request of this range has completed, or is still tried.
          </EmptyState>
        </Paper>
      ) : (
        <Stack gap="lg">
          <Paper component="section" aria-label="Verdict" p="md">
            <Text fw={620} size="lg">
              {plural(data.requests, 'request')} failed{data.capped ? ', and older ones' : ''}
            </Text>
            {metrics !== undefined && <Text size="sm">{verdictOf(data.groups, metrics)}</Text>}
            <Button
              component={Link}
              mt="sm"
              size="xs"
              variant="default"
              href={`${paths.simulation(project.id)}?${whatIf}`}
            >
              What if another policy had held?
            </Button>
          </Paper>
          {data.capped && (
            <Alert color="yellow">
              Only the newest {plural(data.requests, 'failed request')} of this range are grouped.
              Choose a shorter range to see all of it.
            </Alert>
          )}
          <Paper
            component="ul"
            aria-label="Failures by cause"
            m={0}
            p={0}
            className={classes['list'] ?? ''}
          >
            {data.groups.map((group) => (
              <FailureItem
                key={group.code}
                group={group}
                projectId={project.id}
                narrowed={narrowed}
                onRetry={() => setRetried(group.code)}
              />
            ))}
          </Paper>
        </Stack>
      )}
      <BulkRetryDialog
        opened={retried !== null}
        onClose={() => setRetried(null)}
        filters={readFilters(
          new URLSearchParams({ ...Object.fromEntries(narrowed), error_code: retried ?? '' }),
        )}
      />
    </Page>
  );
}
