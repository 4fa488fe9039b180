'use client';

import { Code, Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlug, IconPlus } from '@tabler/icons-react';
import { MAX_PROVIDERS } from '@reqrun/contracts';
import { type ReactElement, useState } from 'react';

import { GuardedButton } from '../../ui/guarded';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { LaneDialogs, type LaneIntent } from '../lanes/lane-dialogs';
import { lanesQuery } from '../lanes/queries';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { ProviderDialogs, type ProviderIntent } from './provider-dialogs';
import { ProviderItem } from './provider-item';
import classes from './providers.module.css';
import { providersQuery } from './queries';

/** Page of a project's providers, to add, change, test and remove them. */
export function Providers(): ReactElement {
  const project = useProject();
  const refusal = useRefusal('owner');
  const { data, error, refetch } = useQuery(providersQuery(project.id));
  const { data: lanes = [] } = useQuery(lanesQuery(project.id));
  const [intent, setIntent] = useState<ProviderIntent | null>(null);
  const [laneIntent, setLaneIntent] = useState<LaneIntent | null>(null);
  const isFull = (data?.length ?? 0) >= MAX_PROVIDERS;
  const add = (
    <GuardedButton
      refusal={
        refusal ?? (isFull ? `A project has at most ${MAX_PROVIDERS}: remove one first.` : null)
      }
      leftSection={<IconPlus size={16} />}
      onClick={() => setIntent({ kind: 'add', provider: null })}
    >
      New provider
    </GuardedButton>
  );
  return (
    <Page
      title="Providers"
      description={
        <>
          A live request names one before its model, as in <Code>azure/gpt-4o</Code>, or goes to the
          default one. Test keys always call the simulator.
        </>
      }
      actions={add}
      width={1080}
    >
      <Paper style={{ overflow: 'hidden' }}>
        {data === undefined ? (
          error === null ? (
            <LoadingRows rows={3} height={64} />
          ) : (
            <div style={{ padding: 16 }}>
              <ErrorState error={error} what="The providers" onRetry={() => void refetch()} />
            </div>
          )
        ) : data.length === 0 ? (
          <EmptyState icon={<IconPlug size={24} />} title="No provider yet" action={add}>
            Live requests go to the simulator, whose answers are made up.
          </EmptyState>
        ) : (
          <ul className={classes['list']} aria-label="Providers">
            {data.map((provider) => (
              <ProviderItem
                key={provider.name}
                provider={provider}
                lanes={lanes.filter((lane) => lane.provider === provider.name)}
                isOnly={data.length === 1}
                refusal={refusal}
                onIntent={setIntent}
                onLaneIntent={setLaneIntent}
              />
            ))}
          </ul>
        )}
      </Paper>
      <ProviderDialogs intent={intent} providers={data ?? []} onClose={() => setIntent(null)} />
      <LaneDialogs intent={laneIntent} lanes={lanes} onClose={() => setLaneIntent(null)} />
    </Page>
  );
}
