'use client';

import { Grid, Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFlask2 } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import type { ReactElement } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { setQuery } from '../../ui/address';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { simulationQuery } from './queries';
import { changesSomething, fieldOf, readDraft, writeDraft } from './simulation-draft';
import { SimulationForm } from './simulation-form';
import { SimulationResult } from './simulation-result';

/** Page that tells how requests of the past would have ended under another policy. The question is in the address. */
export function Simulation(): ReactElement {
  const project = useProject();
  const search = useSearchParams();
  const draft = readDraft(search);
  const isAsked = changesSomething(draft);
  const { data, error, isFetching, refetch } = useQuery({
    ...simulationQuery(project.id, draft),
    enabled: isAsked,
  });
  const isRefused = error instanceof ApiError && error.status === 400;
  return (
    <Page
      title="Simulation"
      description="How past requests would have ended with other retries, timeouts or a fallback. No request is sent, and no prompt is read."
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <SimulationForm
            // A new question in the address, by a link or by Back, fills the form.
            key={search.toString()}
            initial={draft}
            problem={isRefused ? { field: fieldOf(error.param), message: messageOf(error) } : null}
            busy={isFetching}
            onAsk={(next) => {
              const query = writeDraft(next);
              if (query.toString() === writeDraft(draft).toString() && isAsked) {
                void refetch();
              } else {
                setQuery(query, 'push');
              }
            }}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          {data !== undefined && isAsked ? (
            <SimulationResult result={data} />
          ) : (
            <Paper>
              {isFetching ? (
                <LoadingRows rows={4} />
              ) : error !== null && !isRefused ? (
                <div style={{ padding: 16 }}>
                  <ErrorState error={error} what="The simulation" onRetry={() => void refetch()} />
                </div>
              ) : (
                <EmptyState icon={<IconFlask2 size={24} />} title="What if …">
                  Change something, such as the number of retries, and see which of the failed
                  requests it would have reached, and how much later.
                </EmptyState>
              )}
            </Paper>
          )}
        </Grid.Col>
      </Grid>
    </Page>
  );
}
