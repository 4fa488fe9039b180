'use client';

import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import type { Key } from './queries';

/** Overlaps of the old and the new key, in seconds. */
const OVERLAPS = [
  { value: '0', label: 'None: the old key stops at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '24 hours' },
  { value: '604800', label: '7 days' },
];
const USUAL_OVERLAP = '86400';

/**
 * Form for a key's new name.
 *
 * @param apiKey the key
 * @param onRename renames the key
 */
export function RenameKey({
  apiKey,
  onRename,
}: {
  apiKey: Key;
  onRename: (name: string) => Promise<void>;
}): ReactElement {
  const [name, setName] = useState(apiKey.name);
  const { mutate, isPending, error } = useMutation({ mutationFn: onRename });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    mutate(name);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          value={name}
          required
          withAsterisk={false}
          data-autofocus
          error={error === null ? null : messageOf(error)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/**
 * Form for the time in which both keys work.
 *
 * @param apiKey the key
 * @param onRotate rotates the key; the overlap is in seconds
 * @param onCancel called when the user cancels
 */
export function RotateKey({
  apiKey,
  onRotate,
  onCancel,
}: {
  apiKey: Key;
  onRotate: (overlapSeconds: number) => Promise<void>;
  onCancel: () => void;
}): ReactElement {
  const [overlap, setOverlap] = useState(USUAL_OVERLAP);
  const { mutate, isPending, error } = useMutation({ mutationFn: onRotate });
  return (
    <Stack>
      <Text size="sm">
        A new key with the same mode and scopes takes the place of{' '}
        <code>
          {apiKey.prefix}…{apiKey.last_four}
        </code>
        . The old one goes on working for the overlap, then it is refused.
      </Text>
      <Select
        label="Overlap"
        data={OVERLAPS}
        value={overlap}
        onChange={(value) => setOverlap(value ?? USUAL_OVERLAP)}
      />
      {error !== null && (
        <Text c="red" size="sm" role="alert">
          {messageOf(error)}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button loading={isPending} onClick={() => mutate(Number(overlap))}>
          Rotate the key
        </Button>
      </Group>
    </Stack>
  );
}
