'use client';

import { Button, Center, Group, Menu, Paper, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { type ReactElement, useState } from 'react';

import { currentQuery, setQuery } from '../../ui/address';
import { DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { projectsQuery } from '../projects/queries';
import { AuditRow } from './audit-row';
import { VerifyButton } from './verify';
import { type AuditFilters, auditQuery, readAuditFilters, writeAuditFilters } from './queries';

const TYPING_MS = 400;

/** Page of the audit log. */
export function Audit(): ReactElement {
  const filters = readAuditFilters(useSearchParams());
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(filters),
  );
  const { data: projects = [] } = useQuery(projectsQuery);
  const entries = data?.pages.flatMap((page) => page.data) ?? [];
  const show = (change: Partial<AuditFilters>): void => {
    setQuery(writeAuditFilters({ ...readAuditFilters(currentQuery()), ...change }), 'replace');
  };
  return (
    <Page
      title="Audit log"
      description="Every change. Entries can only be added, and each carries the hash of the one before."
      actions={
        <>
          <VerifyButton />
          <Export filters={filters} />
        </>
      }
    >
      <Group gap="sm" role="search" aria-label="Filters">
        <TypedFilter
          label="Action"
          placeholder="key.revoked"
          value={filters.action}
          onChange={(action) => show({ action })}
        />
        <TypedFilter
          label="Who"
          placeholder="Email or id"
          value={filters.actor}
          onChange={(actor) => show({ actor })}
        />
        <Select
          aria-label="Project"
          placeholder="Any project"
          clearable
          searchable
          w={{ base: '100%', xs: 200 }}
          data={projects.map(({ id, name }) => ({ value: id, label: name }))}
          value={filters.project_id === '' ? null : filters.project_id}
          onChange={(value) => show({ project_id: value ?? '' })}
        />
      </Group>
      <Paper style={{ overflow: 'hidden' }}>
        {data === undefined ? (
          error === null ? (
            <LoadingRows rows={8} />
          ) : (
            <div style={{ padding: 16 }}>
              <ErrorState error={error} what="The audit log" onRetry={() => void refetch()} />
            </div>
          )
        ) : entries.length === 0 ? (
          <EmptyState icon={<IconHistory size={24} />} title="No entry fits">
            What people and their tokens change is written here as they do it.
          </EmptyState>
        ) : (
          <DataTable
            label="Audit log"
            head={['When', 'Who', 'Action', 'What', 'Details']}
            minWidth={820}
          >
            {entries.map((entry) => (
              <AuditRow
                key={entry.id}
                entry={entry}
                project={projects.find(({ id }) => id === entry.project_id)?.name ?? null}
              />
            ))}
          </DataTable>
        )}
      </Paper>
      {hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Older entries
          </Button>
        </Center>
      )}
    </Page>
  );
}

function TypedFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  const [text, setText] = useState(value);
  const settle = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <TextInput
      aria-label={label}
      placeholder={`${label}: ${placeholder}`}
      w={{ base: '100%', xs: 200 }}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value.trim());
      }}
    />
  );
}

function Export({ filters }: { filters: AuditFilters }): ReactElement {
  const href = (format: 'csv' | 'ndjson'): string => {
    const query = writeAuditFilters(filters);
    query.set('format', format);
    return `/admin/audit/export?${query.toString()}`;
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download="audit.csv">
          CSV, for a spreadsheet
        </Menu.Item>
        <Menu.Item component="a" href={href('ndjson')} download="audit.ndjson">
          NDJSON, for a program
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
