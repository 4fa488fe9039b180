'use client';

import { Code, Table, Text, Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';

import { Time } from '../../ui/time';
import type { AuditEntry } from './queries';

/** Number of characters of a hash that are shown; the rest shows on hover. */
const HASH_SHOWN = 8;
/** Number of characters of an id that are shown. */
const ID_SHOWN = 13;

/**
 * Row of one audit entry.
 *
 * @param entry the audit entry
 * @param project name of its project, if that project exists
 */
export function AuditRow({
  entry,
  project,
}: {
  entry: AuditEntry;
  project: string | null;
}): ReactElement {
  const { actor, target } = entry;
  const who = actor.email ?? actor.name ?? actor.id ?? actor.kind;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Time at={entry.at} />
        <Tooltip label={entry.hash} maw={520}>
          <Text size="xs" c="dimmed" ff="monospace" w="fit-content" tabIndex={0}>
            #{entry.id} {entry.hash.slice(0, HASH_SHOWN)}
          </Text>
        </Tooltip>
      </Table.Td>
      <Table.Td maw={220} style={{ overflowWrap: 'anywhere' }}>
        {who}
        <Tooltip label={entry.user_agent ?? 'unknown program'} maw={420}>
          <Text size="xs" c="dimmed" w="fit-content" tabIndex={0}>
            {[actor.kind === 'person' ? null : actor.kind, entry.address]
              .filter((part) => part !== null)
              .join(' from ')}
          </Text>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        <Text ff="monospace" fz={12}>
          {entry.action}
        </Text>
      </Table.Td>
      <Table.Td>
        {target.name ?? <TargetId id={target.id} />}
        <Text size="xs" c="dimmed">
          {[target.kind, project === null ? null : `in ${project}`].filter(Boolean).join(' ')}
        </Text>
      </Table.Td>
      <Table.Td miw={240} maw={360}>
        <Details details={entry.details} />
      </Table.Td>
    </Table.Tr>
  );
}

function TargetId({ id }: { id: string | null }): ReactElement {
  return id === null ? (
    <>–</>
  ) : (
    <Tooltip label={id} maw={420}>
      <Text fz={12} ff="monospace" w="fit-content" tabIndex={0}>
        {id.slice(0, ID_SHOWN)}…
      </Text>
    </Tooltip>
  );
}

function Details({ details }: { details: AuditEntry['details'] }): ReactElement {
  const pairs = Object.entries(details);
  return pairs.length === 0 ? (
    <Text c="dimmed" size="xs">
      –
    </Text>
  ) : (
    <>
      {pairs.map(([name, value]) => (
        <div key={name} style={{ overflowWrap: 'anywhere' }}>
          <Code fz={11}>{name}</Code>{' '}
          <Text span size="xs">
            {wordsOf(value)}
          </Text>
        </div>
      ))}
    </>
  );
}

/** Number of items of a list that are shown. The export has all. */
const ITEMS_SHOWN = 3;

function wordsOf(value: unknown): string {
  if (Array.isArray(value) && value.length > ITEMS_SHOWN) {
    return `${JSON.stringify(value.slice(0, ITEMS_SHOWN))} and ${value.length - ITEMS_SHOWN} more`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
