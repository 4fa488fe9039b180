'use client';

import {
  Button,
  Checkbox,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { SecretDialog } from '../../ui/secret-dialog';
import { Snippets } from '../first-steps/snippets';
import { useProject } from '../projects/current-project';

const EXPIRIES = [
  { value: '', label: 'Never' },
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];
const DAY_MS = 86_400_000;

interface Draft {
  name: string;
  mode: 'live' | 'test';
  scopes: ('requests:read' | 'requests:write')[];
  expiry: string;
}

const EMPTY: Draft = {
  name: '',
  mode: 'live',
  scopes: ['requests:write', 'requests:read'],
  expiry: '',
};

/**
 * Dialog that creates a key and shows its secret once.
 *
 * @param opened whether the dialog is open
 * @param onClose called when the dialog closes
 */
export function CreateKey({
  opened,
  onClose,
}: {
  opened: boolean;
  onClose: () => void;
}): ReactElement {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Modal opened={opened} onClose={onClose} title={<b>New key</b>}>
        {opened && (
          <Form
            onMade={(its) => {
              setSecret(its);
              onClose();
            }}
          />
        )}
      </Modal>
      <SecretDialog secret={secret} title="Your new key" onClose={() => setSecret(null)}>
        <Snippets apiKey={secret} />
      </SecretDialog>
    </>
  );
}

function Form({ onMade }: { onMade: (secret: string) => void }): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const form = useForm<Draft>({
    initialValues: EMPTY,
    validate: {
      name: (name) => (name.trim() === '' ? 'Give it a name, e.g. of the application' : null),
      scopes: (scopes) => (scopes.length === 0 ? 'Choose at least one' : null),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, mode, scopes, expiry }: Draft) =>
      take(
        api.POST('/admin/projects/{project_id}/keys', {
          params: { path: { project_id: projectId } },
          body: {
            name: name.trim(),
            mode,
            scopes,
            ...(expiry !== '' && {
              expires_at: new Date(Date.now() + Number(expiry) * DAY_MS).toISOString(),
            }),
          },
        }),
      ),
    onSuccess: async (made) => {
      onMade(made.secret);
      await client.invalidateQueries({ queryKey: ['keys', projectId] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.param === 'name') {
        form.setFieldError('name', error.message);
      }
    },
  });
  return (
    <form onSubmit={form.onSubmit((draft) => create.mutate(draft))}>
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="checkout service"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="key-mode">
            Mode
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="key-mode"
            data={[
              { value: 'live', label: 'Live' },
              { value: 'test', label: 'Test' },
            ]}
            {...form.getInputProps('mode')}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {form.values.mode === 'live'
              ? "Calls the project's provider."
              : 'Always calls the simulator: nothing is paid for.'}
          </Text>
        </div>
        <Checkbox.Group label="Permissions" {...form.getInputProps('scopes')}>
          <Stack gap={6} mt={6}>
            <Checkbox value="requests:write" label="send, cancel and retry requests" />
            <Checkbox value="requests:read" label="read requests and their results" />
          </Stack>
        </Checkbox.Group>
        <Select label="Expires" data={EXPIRIES} {...form.getInputProps('expiry')} />
        {create.error !== null && (
          <Text c="red" size="sm" role="alert">
            {messageOf(create.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
