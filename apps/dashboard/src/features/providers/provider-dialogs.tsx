'use client';

import { Code, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { api, done, take } from '../../api/client';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { notifyDone } from '../../ui/notify';
import { useProject } from '../projects/current-project';
import { fieldsOf, type ProviderDraft } from './provider-draft';
import { ProviderForm } from './provider-form';
import { type Provider, refreshProviders } from './queries';
import { RotateProviderKey } from './rotate-key';

/** Action on a provider that the user has chosen; none is needed to add one. */
export type ProviderIntent =
  | { readonly kind: 'add'; readonly provider: null }
  | { readonly kind: 'edit' | 'rotate' | 'default' | 'remove'; readonly provider: Provider };

/**
 * Dialogs that carry out an action on a provider.
 *
 * @param intent the chosen action; null for none
 * @param providers all providers of the project
 * @param onClose called when the dialog closes
 */
export function ProviderDialogs({
  intent,
  providers,
  onClose,
}: {
  intent: ProviderIntent | null;
  providers: readonly Provider[];
  onClose: () => void;
}): ReactElement {
  const { id: projectId, settings } = useProject();
  const client = useQueryClient();
  const stored = intent?.provider ?? null;
  const others = providers.map(({ name }) => name).filter((name) => name !== stored?.name);
  const paramsOf = (name: string) => ({ path: { project_id: projectId, name } });
  const finish = async (message: string): Promise<void> => {
    notifyDone(message);
    await refreshProviders(client, projectId);
    onClose();
  };

  const add = async (draft: ProviderDraft): Promise<void> => {
    await take(
      api.POST('/admin/projects/{project_id}/providers', {
        params: { path: { project_id: projectId } },
        body: {
          ...fieldsOf(draft),
          name: draft.name,
          ...(draft.isDefault && { is_default: true }),
        },
      }),
    );
    await finish(`${draft.name} is added. Requests can name it within seconds.`);
  };
  const change = async (name: string, body: Parameters<typeof send>[1], message: string) => {
    await send(name, body);
    await finish(message);
  };
  const send = (name: string, body: Partial<ReturnType<typeof fieldsOf>> & { is_default?: true }) =>
    take(
      api.PATCH('/admin/projects/{project_id}/providers/{name}', { params: paramsOf(name), body }),
    );
  const remove = async ({ name }: Provider): Promise<void> => {
    await done(
      api.DELETE('/admin/projects/{project_id}/providers/{name}', { params: paramsOf(name) }),
    );
    await finish(`${name} is removed.`);
  };

  const isForm = intent?.kind === 'add' || intent?.kind === 'edit';
  return (
    <>
      <Modal
        opened={isForm}
        onClose={onClose}
        size="lg"
        title={<b>{stored === null ? 'New provider' : `Change ${stored.name}`}</b>}
      >
        {isForm && (
          <ProviderForm
            stored={stored}
            others={others}
            onCancel={onClose}
            onSave={(draft) =>
              stored === null
                ? add(draft)
                : change(
                    stored.name,
                    fieldsOf(draft),
                    `${stored.name} is saved. New calls go there within seconds.`,
                  )
            }
          />
        )}
      </Modal>
      <Modal
        opened={intent?.kind === 'rotate'}
        onClose={onClose}
        size="lg"
        title={<b>Replace the key of {stored?.name}</b>}
      >
        {intent?.kind === 'rotate' && (
          <RotateProviderKey
            provider={intent.provider}
            onCancel={onClose}
            onRotate={(key) =>
              change(
                intent.provider.name,
                { api_key: key },
                `${intent.provider.name} has its new key.`,
              )
            }
          />
        )}
      </Modal>
      <ConfirmDialog
        confirmation={
          intent?.kind === 'default'
            ? defaultQuestion(intent.provider, providers, () =>
                change(
                  intent.provider.name,
                  { is_default: true },
                  `${intent.provider.name} is the default.`,
                ),
              )
            : intent?.kind === 'remove'
              ? removeQuestion(
                  intent.provider,
                  others.length === 0,
                  settings.fallbacks.some(({ provider }) => provider === intent.provider.name),
                  () => remove(intent.provider),
                )
              : null
        }
        onClose={onClose}
      />
    </>
  );
}

function defaultQuestion(
  { name }: Provider,
  providers: readonly Provider[],
  onConfirm: () => Promise<unknown>,
): Confirmation {
  const present = providers.find(({ is_default: isDefault }) => isDefault)?.name;
  return {
    title: `Set ${name} as default?`,
    action: 'Set as default',
    isHarmless: true,
    onConfirm,
    children: (
      <>
        Live requests that name no provider go to <b>{name}</b> within seconds
        {present !== undefined && (
          <>
            {' '}
            instead of <b>{present}</b>
          </>
        )}
        , those that are waiting too. It has to serve the models that they ask for.
      </>
    ),
  };
}

function removeQuestion(
  { name, key_last_four: end }: Provider,
  isLast: boolean,
  isFallback: boolean,
  onConfirm: () => Promise<unknown>,
): Confirmation {
  const key = end === null ? 'Its key is deleted.' : `Its key (…${end}) is deleted.`;
  return {
    title: `Remove ${name}?`,
    action: 'Remove the provider',
    onConfirm,
    children: isLast ? (
      <>
        {key} It is the only provider: from then on <b>live requests get made-up answers</b> of the
        simulator, those that are waiting too.
      </>
    ) : (
      <Stack gap="xs">
        <Text size="sm">
          {key} Requests that wait for it go on with their next fallback, or fail.
        </Text>
        <Text size="sm">
          New requests for <Code>{name}/…</Code> go to the default provider, which is asked for a
          model of that whole name.
        </Text>
        {isFallback && (
          <Text size="sm">
            The project&apos;s fallbacks name it. They are skipped from then on.
          </Text>
        )}
      </Stack>
    ),
  };
}
