'use client';

import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';

const SCOPES = [
  'requests:read',
  'requests:write',
  'keys:read',
  'keys:write',
  'projects:read',
  'projects:write',
  'providers:write',
  'metrics:read',
  'audit:read',
] as const;

type Scope = (typeof SCOPES)[number];

const EXPIRIES = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];
const DAY_MS = 86_400_000;

/**
 * Form that creates an access token with the chosen scopes.
 *
 * @param onMade called with the token's secret
 */
export function TokenForm({ onMade }: { onMade: (secret: string) => void }): ReactElement {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['requests:read', 'metrics:read']);
  const [expiry, setExpiry] = useState('90');
  const create = useMutation({
    mutationFn: () =>
      take(
        api.POST('/admin/me/tokens', {
          body: {
            name: name.trim(),
            scopes,
            expires_at: new Date(Date.now() + Number(expiry) * DAY_MS).toISOString(),
          },
        }),
      ),
    onSuccess: ({ secret }) => onMade(secret),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          placeholder="nightly report"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label="Scopes" value={scopes} onChange={(values) => setScopes(values)}>
          <SimpleGrid cols={2} spacing={6} mt={6}>
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <Select
          label="Expires"
          data={EXPIRIES}
          value={expiry}
          onChange={(value) => setExpiry(value ?? '90')}
        />
        {create.error !== null && (
          <Text c="red" size="sm" role="alert">
            {messageOf(create.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
