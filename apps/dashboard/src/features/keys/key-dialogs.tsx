'use client';

import { Modal, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { api, take } from '../../api/client';
import { ConfirmDialog } from '../../ui/confirm';
import { notifyDone } from '../../ui/notify';
import { SecretDialog } from '../../ui/secret-dialog';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import { RenameKey, RotateKey } from './key-forms';
import type { Key } from './queries';

/** Action on a key that the user has chosen. */
export interface KeyIntent {
  readonly kind: 'rename' | 'rotate' | 'revoke';
  readonly key: Key;
}

/**
 * Dialogs that confirm and carry out an action on a key.
 *
 * @param intent the chosen action; null for none
 * @param onClose called when the dialog closes
 */
export function KeyDialogs({
  intent,
  onClose,
}: {
  intent: KeyIntent | null;
  onClose: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['keys', projectId] });
  const paramsOf = (key: Key) => ({ path: { project_id: projectId, key_id: key.id } });

  const revoke = async (key: Key): Promise<void> => {
    const params = paramsOf(key);
    await take(api.POST('/admin/projects/{project_id}/keys/{key_id}/revoke', { params }));
    notifyDone(`The key ${key.name} is revoked.`);
    await refresh();
  };
  const rename = async (key: Key, name: string): Promise<void> => {
    const params = paramsOf(key);
    await take(api.PATCH('/admin/projects/{project_id}/keys/{key_id}', { params, body: { name } }));
    await refresh();
    onClose();
  };
  const rotate = async (key: Key, overlap: number): Promise<void> => {
    const params = paramsOf(key);
    const body = { overlap_seconds: overlap };
    const made = await take(
      api.POST('/admin/projects/{project_id}/keys/{key_id}/rotate', { params, body }),
    );
    setSecret(made.secret);
    onClose();
    await refresh();
  };
  return (
    <>
      <ConfirmDialog
        confirmation={
          intent?.kind === 'revoke'
            ? {
                title: `Revoke the key ${intent.key.name}?`,
                action: 'Revoke the key',
                children: <RevokeText apiKey={intent.key} />,
                onConfirm: () => revoke(intent.key),
              }
            : null
        }
        onClose={onClose}
      />
      <Modal opened={intent?.kind === 'rename'} onClose={onClose} title={<b>Rename the key</b>}>
        {intent?.kind === 'rename' && (
          <RenameKey apiKey={intent.key} onRename={(name) => rename(intent.key, name)} />
        )}
      </Modal>
      <Modal
        opened={intent?.kind === 'rotate'}
        onClose={onClose}
        title={<b>Rotate {intent?.key.name}</b>}
      >
        {intent?.kind === 'rotate' && (
          <RotateKey
            apiKey={intent.key}
            onCancel={onClose}
            onRotate={(overlap) => rotate(intent.key, overlap)}
          />
        )}
      </Modal>
      <SecretDialog secret={secret} title="The new key" onClose={() => setSecret(null)}>
        <Text size="sm">
          Put it where the old one is used. Both work until the overlap is over.
        </Text>
      </SecretDialog>
    </>
  );
}

function RevokeText({ apiKey }: { apiKey: Key }): ReactElement {
  return (
    <>
      Every application that calls with{' '}
      <code>
        {apiKey.prefix}…{apiKey.last_four}
      </code>{' '}
      is refused within ten seconds, for good. It was last used{' '}
      <Time at={apiKey.last_used_at} never="never" />. Requests that were accepted are carried out.
    </>
  );
}
