'use client';

import { Paper, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { DataTable } from '../../ui/data-table';
import { GuardedButton } from '../../ui/guarded';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { CreateKey } from './create-key';
import { KeyDialogs, type KeyIntent } from './key-dialogs';
import { KeyRow } from './key-row';
import { keysQuery } from './queries';

const HEAD = ['Name', 'State', 'Mode', 'Key', 'Scopes', 'Last used', 'Created', 'Expires', ''];

/** Page of a project's keys, to create, rename, rotate and revoke them. */
export function Keys(): ReactElement {
  const project = useProject();
  const refusal = useRefusal('owner');
  const { data, error, refetch } = useQuery(keysQuery(project.id));
  const [shown, setShown] = useState('working');
  const [creating, { open, close }] = useDisclosure();
  const [intent, setIntent] = useState<KeyIntent | null>(null);
  const rows = (data ?? []).filter(
    ({ state }) => shown === 'all' || state === 'active' || state === 'expiring',
  );
  const hidden = (data?.length ?? 0) - rows.length;
  const create = (
    <GuardedButton refusal={refusal} leftSection={<IconPlus size={16} />} onClick={open}>
      New key
    </GuardedButton>
  );
  return (
    <Page
      title="Keys"
      description="Applications call ReqRun with these. A revoked key is refused within ten seconds."
      actions={create}
    >
      <SegmentedControl
        w="fit-content"
        size="xs"
        value={shown}
        onChange={setShown}
        aria-label="Which keys"
        data={[
          { value: 'working', label: 'Active' },
          { value: 'all', label: 'All' },
        ]}
      />
      <Paper style={{ overflow: 'hidden' }}>
        {data === undefined ? (
          error === null ? (
            <LoadingRows />
          ) : (
            <div style={{ padding: 16 }}>
              <ErrorState error={error} what="The keys" onRetry={() => void refetch()} />
            </div>
          )
        ) : rows.length === 0 ? (
          <EmptyState
            icon={<IconKey size={24} />}
            title={hidden === 0 ? 'No key yet' : 'No working key'}
            action={create}
          >
            {hidden === 0
              ? 'Create one to let an application in.'
              : `Nothing can call this project. ${hidden} expired or revoked.`}
          </EmptyState>
        ) : (
          <DataTable label="Keys" head={HEAD} minWidth={1020}>
            {rows.map((key) => (
              <KeyRow key={key.id} apiKey={key} refusal={refusal} onIntent={setIntent} />
            ))}
          </DataTable>
        )}
      </Paper>
      <CreateKey opened={creating} onClose={close} />
      <KeyDialogs intent={intent} onClose={() => setIntent(null)} />
    </Page>
  );
}
