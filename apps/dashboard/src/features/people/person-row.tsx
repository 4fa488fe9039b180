'use client';

import { Button, Group, Select, Table, Text, Tooltip } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { api, done, take } from '../../api/client';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import type { Role } from '../session/role';
import { useSession } from '../session/session';
import { invitationsQuery, peopleQuery, type Person } from './queries';

const ROLES: readonly Role[] = ['owner', 'member', 'viewer'];

/**
 * Row of one user with the actions of an owner.
 *
 * @param person the user
 * @param refusal reason for which users can't be changed, or null
 */
export function PersonRow({
  person,
  refusal,
}: {
  person: Person;
  refusal: string | null;
}): ReactElement {
  const isMe = useSession().person.id === person.id;
  const client = useQueryClient();
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const params = { path: { id: person.id } };
  // Changing or removing a user may also revoke the user's invitations.
  const refresh = async (): Promise<void> => {
    await Promise.all(
      [peopleQuery, invitationsQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey })),
    );
  };
  const change = useMutation({
    mutationFn: (body: { role?: Role; disabled?: boolean }) =>
      take(api.PATCH('/admin/people/{id}', { params, body })),
    onSuccess: async (changed) => {
      notifyDone(`${changed.name} is changed.`);
      await refresh();
    },
    onError: (error) => notifyFailed(`${person.name} was not changed`, error),
  });
  const isDisabled = person.disabled_at !== null;
  const remove: Confirmation = {
    title: `Remove ${person.name}?`,
    action: 'Remove the person',
    children: (
      <>
        {person.email} can&apos;t sign in any more; sessions end, access tokens are refused at once,
        and invitations that they made are taken back. API keys stay. The audit log keeps what they
        did.
      </>
    ),
    onConfirm: async () => {
      await done(api.DELETE('/admin/people/{id}', { params }));
      notifyDone(`${person.name} is removed.`);
      await refresh();
    },
  };
  const disable: Confirmation = {
    title: `Disable ${person.name}?`,
    action: 'Disable the person',
    children: (
      <>
        {person.email} can&apos;t sign in until they are enabled again. Sessions end; access tokens
        and invitations that they made are taken back for good. API keys stay.
      </>
    ),
    onConfirm: async () => {
      await take(api.PATCH('/admin/people/{id}', { params, body: { disabled: true } }));
      notifyDone(`${person.name} is disabled.`);
      await refresh();
    },
  };
  return (
    <Table.Tr data-person={person.email}>
      <Table.Td>
        <Text size="sm" fw={550}>
          {person.name}
          {isMe && (
            <Text span size="xs" c="dimmed">
              {' '}
              (you)
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {person.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <Tooltip label={refusal} disabled={refusal === null}>
          <Select
            aria-label={`Role of ${person.name}`}
            size="xs"
            w={110}
            data={[...ROLES]}
            value={person.role}
            disabled={refusal !== null || change.isPending}
            onChange={(role) => {
              if (role !== null && role !== person.role) {
                change.mutate({ role: role });
              }
            }}
          />
        </Tooltip>
      </Table.Td>
      <Table.Td>
        <Pill tone={person.totp_enabled ? 'green' : 'gray'}>
          {person.totp_enabled ? 'on' : 'off'}
        </Pill>
      </Table.Td>
      <Table.Td>
        <Time at={person.last_sign_in_at} never="never" />
      </Table.Td>
      <Table.Td>
        <Pill tone={isDisabled ? 'red' : 'green'}>{isDisabled ? 'disabled' : 'active'}</Pill>
      </Table.Td>
      <Table.Td>
        {refusal === null && !isMe && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => (isDisabled ? change.mutate({ disabled: false }) : setAsked(disable))}
            >
              {isDisabled ? 'Enable' : 'Disable'}
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              c="var(--mantine-color-error)"
              onClick={() => setAsked(remove)}
            >
              Remove
            </Button>
          </Group>
        )}
        <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
      </Table.Td>
    </Table.Tr>
  );
}
