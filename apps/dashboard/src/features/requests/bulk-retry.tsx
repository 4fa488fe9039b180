'use client';

import {
  Alert,
  Button,
  Checkbox,
  Group,
  Loader,
  Modal,
  Progress,
  Stack,
  Text,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCheck } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, type Schema, take } from '../../api/client';
import { count, plural } from '../../ui/format';
import { ErrorState } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { activeFilters, type RequestFilters, toQuery } from './filters';

/** Refresh interval of a running bulk retry, in ms. */
const LOOK_MS = 1_000;

/**
 * Returns whether filters select a single request. A bulk retry has no such filter: it would retry all other
 * requests too.
 *
 * @param filters filters of the list
 */
export const narrowsToOne = ({ id, idempotency_key }: RequestFilters): boolean =>
  id !== '' || idempotency_key !== '';

/**
 * Dialog that retries all failed requests that match the filters. It shows their number, asks for a
 * confirmation, and then shows the progress. The retry runs in the background and continues when the dialog
 * is closed.
 *
 * @param filters filters of the list, which must not select a single request; the status is always failed
 */
export function BulkRetryDialog({
  opened,
  onClose,
  filters,
}: {
  opened: boolean;
  onClose: () => void;
  filters: RequestFilters;
}): ReactElement {
  return (
    <Modal opened={opened} onClose={onClose} title={<b>Retry failed requests</b>}>
      {opened && <Body filters={filters} onClose={onClose} />}
    </Modal>
  );
}

function Body({
  filters,
  onClose,
}: {
  filters: RequestFilters;
  onClose: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  // The range is fixed when the dialog opens, so that the counted requests are the retried ones.
  const [filter] = useState(() => toBulkFilter(filters));
  const params = { path: { project_id: projectId } };
  const ownersRefusal = useRefusal('owner');
  const [agreed, setAgreed] = useState(false);
  const dryRun = useQuery({
    queryKey: ['bulk-retry', projectId, filter],
    queryFn: () =>
      take(
        api.POST('/admin/projects/{project_id}/requests/bulk-retry', {
          params,
          body: { filter, dry_run: true },
        }),
      ),
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: () =>
      take(
        api.POST('/admin/projects/{project_id}/requests/bulk-retry', {
          params,
          body: { filter, dry_run: false, ...(agreed && { accept_provider_change: true }) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['requests', projectId] }),
  });
  if (start.data !== undefined && 'id' in start.data) {
    return <Running projectId={projectId} ordered={start.data} onClose={onClose} />;
  }
  if (dryRun.error !== null) {
    return (
      <ErrorState
        error={dryRun.error}
        what="The number of requests"
        onRetry={() => void dryRun.refetch()}
      />
    );
  }
  const matched = dryRun.data?.matched;
  const goesElsewhere =
    dryRun.data !== undefined && 'provider_changed' in dryRun.data && dryRun.data.provider_changed;
  const words = activeFilters(filters, (id) => id).map(({ label }) => label);
  return (
    <Stack gap="md">
      <Text size="sm">
        {words.length === 0
          ? 'All failed requests of this project.'
          : `Failed requests with ${words.join(', ')}.`}{' '}
        Each keeps its id, and gets fresh attempts and a new deadline. This calls the provider again
        and is billed again. Requests whose content was deleted by retention are skipped.
      </Text>
      {matched === undefined ? (
        <Group gap="xs">
          <Loader size="xs" /> <Text size="sm">Counting…</Text>
        </Group>
      ) : (
        <Text size="lg" fw={620} aria-live="polite">
          {matched === 0
            ? 'No failed request matches.'
            : `${plural(matched, 'request')} will run again`}
        </Text>
      )}
      {dryRun.data !== undefined && 'capped' in dryRun.data && dryRun.data.capped && (
        <Alert color="yellow">There are more. The rest can be retried afterwards.</Alert>
      )}
      {goesElsewhere && (
        <Alert color="yellow" title="The provider has changed">
          <Checkbox
            label="Send content that was accepted for another provider to the present one"
            description={ownersRefusal}
            disabled={ownersRefusal !== null}
            checked={agreed}
            onChange={(event) => setAgreed(event.currentTarget.checked)}
          />
        </Alert>
      )}
      {start.error !== null && (
        <Text c="red" size="sm" role="alert">
          {messageOf(start.error)}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={matched === undefined || matched === 0 || (goesElsewhere && !agreed)}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {matched === undefined || matched === 0 ? 'Retry' : `Retry ${count(matched)}`}
        </Button>
      </Group>
    </Stack>
  );
}

function Running({
  projectId,
  ordered,
  onClose,
}: {
  projectId: string;
  ordered: Schema<'BulkRetry'>;
  onClose: () => void;
}): ReactElement {
  const { id } = ordered;
  const { data = ordered, error } = useQuery({
    queryKey: ['bulk-retry', projectId, 'run', id],
    queryFn: () =>
      take(
        api.GET('/admin/projects/{project_id}/bulk-retries/{bulk_retry_id}', {
          params: { path: { project_id: projectId, bulk_retry_id: id } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_MS : false),
  });
  if (error !== null && data === ordered) {
    return <ErrorState error={error} what="The progress" />;
  }
  const { matched, retried, skipped, state } = data;
  const share = matched === 0 ? 100 : ((retried + skipped) / matched) * 100;
  return (
    <Stack gap="md">
      <Progress value={share} animated={state === 'running'} aria-label="Progress" />
      <Group gap="xs" aria-live="polite">
        {state === 'completed' && <IconCheck size={18} color="var(--mantine-color-teal-6)" />}
        <Text size="sm">
          {count(retried)} of {count(matched)} queued again
          {skipped > 0 && `, ${count(skipped)} skipped`}
          {state === 'failed' && '. It stopped before its end.'}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {state === 'running'
          ? 'It goes on in the background: this dialog can be closed.'
          : 'They run now. Whether they complete or fail again shows in the list of requests.'}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

function toBulkFilter(filters: RequestFilters) {
  const { model, error_code, key_id, created_after, created_before } = toQuery(
    { ...filters, status: [], id: '', idempotency_key: '' },
    Date.now(),
  );
  return {
    status: 'failed' as const,
    ...(filters.endpoint !== '' && { endpoint: filters.endpoint }),
    ...(model !== undefined && { model }),
    ...(error_code !== undefined && { error_code }),
    ...(key_id !== undefined && { key_id }),
    ...(filters.mode !== '' && { mode: filters.mode }),
    ...(created_after !== undefined && { created_after }),
    ...(created_before !== undefined && { created_before }),
    ...(Object.keys(filters.metadata).length > 0 && { metadata: { ...filters.metadata } }),
  };
}
