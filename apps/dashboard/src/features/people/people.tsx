'use client';

import { Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconUserPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { DataTable } from '../../ui/data-table';
import { GuardedButton } from '../../ui/guarded';
import { Page } from '../../ui/page';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { useRefusal } from '../session/session';
import { InvitationRow } from './invitation-row';
import { InviteDialog } from './invite-dialog';
import { PersonRow } from './person-row';
import { invitationsQuery, peopleQuery } from './queries';

/** Page of the users and of the open invitations. */
export function People(): ReactElement {
  const refusal = useRefusal('owner');
  const people = useQuery(peopleQuery);
  const invitations = useQuery({ ...invitationsQuery, enabled: refusal === null });
  const [inviting, { open, close }] = useDisclosure();
  return (
    <Page
      title="People"
      description="Roles hold for the whole deployment."
      actions={
        <GuardedButton refusal={refusal} leftSection={<IconUserPlus size={16} />} onClick={open}>
          Invite
        </GuardedButton>
      }
    >
      <Stack gap="lg">
        <Section title="Members" flush>
          {people.data === undefined ? (
            people.error === null ? (
              <LoadingRows rows={3} />
            ) : (
              <div style={{ padding: '0 16px 16px' }}>
                <ErrorState
                  error={people.error}
                  what="The people"
                  onRetry={() => void people.refetch()}
                />
              </div>
            )
          ) : (
            <DataTable
              label="Members"
              head={['Person', 'Role', 'Second factor', 'Last sign-in', 'State', '']}
              minWidth={820}
            >
              {people.data.map((person) => (
                <PersonRow key={person.id} person={person} refusal={refusal} />
              ))}
            </DataTable>
          )}
        </Section>
        {refusal === null && (
          <Section title="Invitations" flush>
            {invitations.data === undefined ? (
              invitations.error === null ? (
                <LoadingRows rows={2} />
              ) : (
                <div style={{ padding: '0 16px 16px' }}>
                  <ErrorState
                    error={invitations.error}
                    what="The invitations"
                    onRetry={() => void invitations.refetch()}
                  />
                </div>
              )
            ) : invitations.data.length === 0 ? (
              <Text c="dimmed" size="sm" px="md" pb="md">
                Nobody is invited at the moment.
              </Text>
            ) : (
              <DataTable
                label="Invitations"
                head={['Email', 'Role', 'Invited', 'Expires', '']}
                minWidth={620}
              >
                {invitations.data.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} />
                ))}
              </DataTable>
            )}
          </Section>
        )}
      </Stack>
      <InviteDialog opened={inviting} onClose={close} />
    </Page>
  );
}
