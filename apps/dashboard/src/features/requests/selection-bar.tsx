'use client';

import { Button, Group, Paper, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { api, take } from '../../api/client';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { count, plural } from '../../ui/format';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { isTerminal } from '../../ui/request-status';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { outcomeWords } from './outcome-words';
import type { AdminRequest } from './queries';
import type { Selection } from './use-selection';
import classes from './requests.module.css';

const idsOf = (requests: readonly AdminRequest[]): string[] => requests.map(({ id }) => id);

/**
 * Bar with what can be done with the selected requests. It is not there without a selection.
 *
 * @param selection the selected requests
 */
export function SelectionBar({ selection }: { selection: Selection }): ReactElement {
  const { selected, clear } = selection;
  const client = useQueryClient();
  const { id: projectId } = useProject();
  const roleRefusal = useRefusal('member');
  const isOwner = useRefusal('owner') === null;
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const [elsewhere, setElsewhere] = useState<Confirmation | null>(null);
  const params = { path: { project_id: projectId } };
  const open = selected.filter(({ status }) => !isTerminal(status));
  const retryable = selected.filter(
    ({ status, content_deleted_at: gone }) =>
      (status === 'failed' || status === 'canceled') && gone === null,
  );
  const settle = async (words: string): Promise<void> => {
    notifyDone(words);
    clear();
    await client.invalidateQueries({ queryKey: ['requests', projectId] });
  };

  const cancel = async (ids: string[]): Promise<void> => {
    const { data } = await take(
      api.POST('/admin/projects/{project_id}/requests/cancel', { params, body: { ids } }),
    );
    await settle(outcomeWords(data.map(({ outcome }) => outcome)));
  };
  const retry = async (ids: string[], agreed: boolean): Promise<void> => {
    const { data } = await take(
      api.POST('/admin/projects/{project_id}/requests/retry', {
        params,
        body: { ids, ...(agreed && { accept_provider_change: true }) },
      }),
    );
    await settle(outcomeWords(data.map(({ outcome }) => outcome)));
    const left = data.filter(({ outcome }) => outcome === 'provider_changed').map(({ id }) => id);
    if (left.length > 0 && isOwner) {
      setElsewhere({
        title: 'Send them to another provider?',
        action: `Retry ${count(left.length)}`,
        children: `The provider has changed since ${plural(left.length, 'request was', 'requests were')} accepted. Run again, their content goes to the new one.`,
        onConfirm: () => retry(left, true),
      });
    }
  };

  return (
    <>
      {selected.length > 0 && (
        <Paper className={classes['selection'] ?? ''} role="region" aria-label="Selection">
          <Text size="sm" fw={600} aria-live="polite">
            {count(selected.length)} selected
          </Text>
          <Group gap="xs">
            <GuardedButton
              size="xs"
              variant="default"
              refusal={
                roleRefusal ??
                (retryable.length === 0 ? 'None of them has failed or was canceled.' : null)
              }
              onClick={() => {
                const ids = idsOf(retryable);
                setAsked({
                  title: `Retry ${plural(ids.length, 'request')}?`,
                  action: `Retry ${count(ids.length)}`,
                  isHarmless: true,
                  children:
                    'Each keeps its id, and gets fresh attempts and a new deadline. This calls the provider again and is billed again.' +
                    restOf(selected.length - ids.length, 'running, completed, or without content'),
                  onConfirm: () => retry(ids, false),
                });
              }}
            >
              Retry {count(retryable.length)}…
            </GuardedButton>
            <GuardedButton
              size="xs"
              variant="default"
              refusal={roleRefusal ?? (open.length === 0 ? 'All of them have ended.' : null)}
              onClick={() => {
                const ids = idsOf(open);
                setAsked({
                  title: `Cancel ${plural(ids.length, 'request')}?`,
                  action: `Cancel ${plural(ids.length, 'request')}`,
                  dismissal: 'Keep running',
                  children:
                    'Provider calls under way are aborted, and answers that come anyway are discarded. Whoever waits is told that the request was canceled. All can be run again later.' +
                    restOf(selected.length - ids.length, 'ended already'),
                  onConfirm: () => cancel(ids),
                });
              }}
            >
              Cancel {count(open.length)}…
            </GuardedButton>
            <Button size="xs" variant="subtle" color="gray" onClick={clear}>
              Clear selection
            </Button>
          </Group>
        </Paper>
      )}
      <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
      <ConfirmDialog confirmation={elsewhere} onClose={() => setElsewhere(null)} />
    </>
  );
}

/** Returns a sentence about the selected requests that are left alone. */
const restOf = (requests: number, why: string): string =>
  requests === 0
    ? ''
    : ` The other ${requests === 1 ? 'one is' : `${count(requests)} are`} left alone: ${why}.`;
