'use client';

import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  Stack,
  Table,
  Text,
  Tooltip,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { api, done } from '../../api/client';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { DataTable } from '../../ui/data-table';
import { notifyDone } from '../../ui/notify';
import { SecretDialog } from '../../ui/secret-dialog';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { type Token, tokensQuery } from './queries';
import { TokenForm } from './token-form';

/** Access tokens for scripts and the command line. They act as their user, within their scopes. */
export function Tokens(): ReactElement {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(tokensQuery);
  const [creating, { open, close }] = useDisclosure();
  const [secret, setSecret] = useState<string | null>(null);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const askRevoke = (token: Token): void =>
    setAsked({
      title: `Revoke the token ${token.name}?`,
      action: 'Revoke the token',
      children: `Scripts that use …${token.last_four} are refused at once, for good.`,
      onConfirm: async () => {
        await done(api.DELETE('/admin/me/tokens/{id}', { params: { path: { id: token.id } } }));
        notifyDone(`The token ${token.name} is revoked.`);
        await refresh();
      },
    });
  return (
    <Section
      title="Access tokens"
      description="For scripts and the command line. A token acts as you, within its scopes."
      flush
      actions={
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
          New token
        </Button>
      }
    >
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={2} />
        ) : (
          <div style={{ padding: '0 16px 16px' }}>
            <ErrorState error={error} what="Your tokens" onRetry={() => void refetch()} />
          </div>
        )
      ) : data.length === 0 ? (
        <Text c="dimmed" size="sm" px="md" pb="md">
          You have no token.
        </Text>
      ) : (
        <DataTable
          label="Access tokens"
          head={['Name', 'State', 'Scopes', 'Last used', 'Expires', '']}
          minWidth={760}
        >
          {data.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={askRevoke} />
          ))}
        </DataTable>
      )}
      <Modal opened={creating} onClose={close} title={<b>New access token</b>}>
        {creating && (
          <TokenForm
            onMade={(its) => {
              setSecret(its);
              close();
              void refresh();
            }}
          />
        )}
      </Modal>
      <SecretDialog secret={secret} title="Your new token" onClose={() => setSecret(null)}>
        <Text size="sm">
          Send it as <code>Authorization: Bearer …</code> to <code>/admin</code>.
        </Text>
      </SecretDialog>
      <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
    </Section>
  );
}

function TokenRow({
  token,
  onRevoke,
}: {
  token: Token;
  onRevoke: (token: Token) => void;
}): ReactElement {
  return (
    <Table.Tr>
      <Table.Td>
        <Stack gap={0}>
          <Text size="sm" fw={550}>
            {token.name}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            …{token.last_four}
          </Text>
        </Stack>
      </Table.Td>
      <Table.Td>
        <Pill
          tone={token.state === 'active' ? 'green' : token.state === 'revoked' ? 'red' : 'gray'}
        >
          {token.state}
        </Pill>
      </Table.Td>
      <Table.Td maw={260}>
        <Group gap={4}>
          {token.scopes.map((scope) => (
            <Badge key={scope} variant="default" size="sm" fw={500}>
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <Time at={token.last_used_at} never="never" />
      </Table.Td>
      <Table.Td>
        <Time at={token.expires_at} never="never" />
      </Table.Td>
      <Table.Td ta="right">
        {token.state === 'active' && (
          <Tooltip label="Revoke">
            <ActionIcon
              color="red"
              aria-label={`Revoke the token ${token.name}`}
              onClick={() => onRevoke(token)}
            >
              <IconBan size={17} />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
