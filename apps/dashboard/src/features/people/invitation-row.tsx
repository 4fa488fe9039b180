'use client';

import { Button, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { api, done } from '../../api/client';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { Time } from '../../ui/time';
import { type Invitation, invitationsQuery } from './queries';

/**
 * Row of one open invitation.
 *
 * @param invitation the invitation
 */
export function InvitationRow({ invitation }: { invitation: Invitation }): ReactElement {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      done(api.DELETE('/admin/invitations/{id}', { params: { path: { id: invitation.id } } })),
    onSuccess: async () => {
      notifyDone(`The invitation of ${invitation.email} is withdrawn.`);
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
    onError: (error) => notifyFailed('The invitation was not withdrawn', error),
  });
  return (
    <Table.Tr>
      <Table.Td fw={550}>{invitation.email}</Table.Td>
      <Table.Td>{invitation.role}</Table.Td>
      <Table.Td>
        <Time at={invitation.created_at} />
      </Table.Td>
      <Table.Td>
        <Time at={invitation.expires_at} />
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="compact-xs"
          variant="default"
          loading={withdraw.isPending}
          onClick={() => withdraw.mutate()}
        >
          Withdraw
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
