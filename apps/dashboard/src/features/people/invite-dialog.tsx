'use client';

import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { SecretDialog } from '../../ui/secret-dialog';
import { type Role, ROLE_MEANING } from '../session/role';
import { invitationsQuery } from './queries';

/**
 * Dialog that creates an invitation. Its link is shown once, for the user to pass on.
 *
 * @param opened whether the dialog is open
 * @param onClose called when the dialog closes
 */
export function InviteDialog({
  opened,
  onClose,
}: {
  opened: boolean;
  onClose: () => void;
}): ReactElement {
  const [link, setLink] = useState<string | null>(null);
  return (
    <>
      <Modal opened={opened} onClose={onClose} title={<b>Invite somebody</b>}>
        {opened && (
          <Form
            onMade={(token) => {
              setLink(`${window.location.origin}/invitation#${token}`);
              onClose();
            }}
          />
        )}
      </Modal>
      <SecretDialog secret={link} title="The invitation's link" onClose={() => setLink(null)}>
        <Text size="sm">
          Send it to the person yourself. It works once, for seven days; whoever has it can join.
        </Text>
      </SecretDialog>
    </>
  );
}

function Form({ onMade }: { onMade: (token: string) => void }): ReactElement {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const invite = useMutation({
    mutationFn: () => take(api.POST('/admin/invitations', { body: { email: email.trim(), role } })),
    onSuccess: async ({ token }) => {
      onMade(token);
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(value)}>
          <Stack gap="xs" mt={6}>
            {(Object.keys(ROLE_MEANING) as Role[]).map((its) => (
              <Radio key={its} value={its} label={its} description={ROLE_MEANING[its]} />
            ))}
          </Stack>
        </Radio.Group>
        {invite.error !== null && (
          <Text c="red" size="sm" role="alert">
            {messageOf(invite.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={invite.isPending}>
            Create invitation
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
