'use client';

import { ActionIcon, Badge, Group, Menu, Table, Text, Tooltip } from '@mantine/core';
import { IconBan, IconDots, IconPencil, IconRotate } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { Pill, type Tone } from '../../ui/status';
import { Time } from '../../ui/time';
import type { KeyIntent } from './key-dialogs';
import type { Key } from './queries';

const TONES: Readonly<Record<Key['state'], Tone>> = {
  active: 'green',
  expiring: 'amber',
  expired: 'gray',
  revoked: 'red',
};

/**
 * Row of one key with its actions.
 *
 * @param apiKey the key
 * @param refusal reason for which the user can't change keys, or null
 * @param onIntent called with the action that the user chooses
 */
export function KeyRow({
  apiKey,
  refusal,
  onIntent,
}: {
  apiKey: Key;
  refusal: string | null;
  onIntent: (intent: KeyIntent) => void;
}): ReactElement {
  return (
    <Table.Tr data-key={apiKey.name}>
      <Table.Td fw={550}>
        {apiKey.name}
        {apiKey.replaced_by_id !== null && (
          <Text size="xs" c="dimmed">
            rotated
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Pill tone={TONES[apiKey.state]}>{apiKey.state}</Pill>
      </Table.Td>
      <Table.Td>{apiKey.mode}</Table.Td>
      <Table.Td>
        <Text ff="monospace" fz={12} style={{ whiteSpace: 'nowrap' }}>
          {apiKey.prefix}…{apiKey.last_four}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {apiKey.scopes.map((scope) => (
            <Badge key={scope} variant="default" size="sm" fw={500}>
              {scope.replace('requests:', '')}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Time at={apiKey.last_used_at} never="never" />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Time at={apiKey.created_at} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {apiKey.revoked_at === null ? (
          <Time at={apiKey.expires_at} never="never" />
        ) : (
          <>
            revoked <Time at={apiKey.revoked_at} />
          </>
        )}
      </Table.Td>
      <Table.Td>
        <KeyMenu apiKey={apiKey} refusal={refusal} onIntent={onIntent} />
      </Table.Td>
    </Table.Tr>
  );
}

function KeyMenu({
  apiKey,
  refusal,
  onIntent,
}: {
  apiKey: Key;
  refusal: string | null;
  onIntent: (intent: KeyIntent) => void;
}): ReactElement | null {
  if (apiKey.state !== 'active' && apiKey.state !== 'expiring') {
    return null;
  }
  return (
    <Menu position="bottom-end" shadow="md" width={180} disabled={refusal !== null}>
      <Menu.Target>
        <Tooltip label={refusal ?? 'Change this key'}>
          <ActionIcon
            aria-label={`Change the key ${apiKey.name}`}
            {...(refusal !== null && { 'data-disabled': true, 'aria-disabled': true })}
          >
            <IconDots size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={15} />}
          onClick={() => onIntent({ kind: 'rename', key: apiKey })}
        >
          Rename
        </Menu.Item>
        {apiKey.replaced_by_id === null && (
          <Menu.Item
            leftSection={<IconRotate size={15} />}
            onClick={() => onIntent({ kind: 'rotate', key: apiKey })}
          >
            Rotate
          </Menu.Item>
        )}
        <Menu.Item
          color="red"
          leftSection={<IconBan size={15} />}
          onClick={() => onIntent({ kind: 'revoke', key: apiKey })}
        >
          Revoke
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
