'use client';

import { Alert, Button, Group, Paper, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconArrowUp, IconChevronLeft, IconChevronRight, IconRefresh } from '@tabler/icons-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { type ReactElement, useEffect, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { currentQuery, setQuery } from '../../ui/address';
import { GuardedButton } from '../../ui/guarded';
import { plural } from '../../ui/format';
import { Page } from '../../ui/page';
import { ErrorState, LoadingRows } from '../../ui/states';
import { keysQuery } from '../keys/queries';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import { BulkRetryDialog, narrowsToOne } from './bulk-retry';
import { ColumnMenu } from './column-menu';
import { LOOK_NAMES, writeLook } from './columns';
import { FilterBar, type FilterChange } from './filter-bar';
import { readFilters, type RequestFilters, writeFilters } from './filters';
import { ExportMenu } from './export-menu';
import { rememberList } from './list-memory';
import { NoRequests } from './no-requests';
import {
  type AdminRequest,
  type PagePosition,
  requestsKey,
  requestsQuery,
  showNewest,
} from './queries';
import { RequestTable } from './request-table';
import { useRowKeys } from './row-keys';
import { SelectionBar } from './selection-bar';
import { Shortcuts } from './shortcuts';
import { useOpenView, VIEW } from './use-open-view';
import { useSelection } from './use-selection';
import { useTableLook } from './use-table-look';
import { ViewsMenu } from './views-menu';

/** Refresh interval of the newest page, in ms. */
const LIVE_MS = 1_500;

const NO_ROWS: readonly AdminRequest[] = [];

/** Page of a project's requests: filters from the URL, keyset pagination, live updates. */
export function Requests(): ReactElement {
  const project = useProject();
  const client = useQueryClient();
  const search = useSearchParams();
  const filters = readFilters(search);
  const position = { after: search.get('after') ?? '', before: search.get('before') ?? '' };
  const [live, setLive] = useState(true);
  const [bulk, { open: openBulk, close: closeBulk }] = useDisclosure();
  const roleRefusal = useRefusal('member');

  const { look, isChosen, setLook } = useTableLook();
  const { view, isOpening, error: viewError } = useOpenView(project.id);

  const { data, error, refetch, isFetching } = useQuery({
    ...requestsQuery(client, project.id, filters, position, live ? LIVE_MS : false),
    enabled: !isOpening,
  });
  const { data: keys = [] } = useQuery(keysQuery(project.id));

  const show = (next: RequestFilters, at: Partial<PagePosition> = {}): void => {
    const query = writeFilters(next);
    const present = currentQuery();
    for (const name of [...LOOK_NAMES, VIEW]) {
      const value = present.get(name);
      if (value !== null) {
        query.set(name, value);
      }
    }
    for (const [name, id] of Object.entries(at)) {
      query.set(name, id);
    }
    setQuery(query, 'push');
  };
  const leaveView = (): void => {
    const query = currentQuery();
    query.delete(VIEW);
    setQuery(query, 'replace');
  };
  const change: FilterChange = (to) => show(to(readFilters(currentQuery())));
  const first = data?.rows[0]?.id;
  const last = data?.rows.at(-1)?.id;
  const older =
    data?.hasOlder === true && last !== undefined ? () => show(filters, { after: last }) : null;
  const newer =
    data?.hasNewer === true && first !== undefined ? () => show(filters, { before: first }) : null;
  useRowKeys(older, newer);
  const rows = data?.rows;
  const query = search.toString();
  useEffect(() => {
    if (rows !== undefined) {
      rememberList(project.id, { query, ids: rows.map(({ id }) => id) });
    }
  }, [rows, query, project.id]);

  const selection = useSelection(rows ?? NO_ROWS, query);
  const shown = writeFilters(filters);
  writeLook(look, shown);

  const isNewest = position.after === '' && position.before === '';
  const refusal =
    roleRefusal ??
    (narrowsToOne(filters)
      ? 'Retry a single request on its page. Take the filter by id or idempotency key away to retry many.'
      : null);
  const isFiltered = writeFilters(filters).size > 0;
  return (
    <Page
      title="Requests"
      actions={
        <>
          <Switch
            label="Live"
            checked={live}
            onChange={(event) => setLive(event.currentTarget.checked)}
            size="sm"
          />
          {!live && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={15} />}
              loading={isFetching}
              onClick={() => void refetch()}
            >
              Refresh
            </Button>
          )}
          {filters.status.join() === 'failed' && (
            <Button component={Link} variant="default" href={whatIf(project.id, filters)}>
              What if…
            </Button>
          )}
          <ViewsMenu open={view} query={shown.toString()} />
          <ColumnMenu look={look} onChange={setLook} />
          <ExportMenu filters={filters} />
          <GuardedButton variant="default" refusal={refusal} onClick={openBulk}>
            Retry failed…
          </GuardedButton>
        </>
      }
    >
      {viewError !== null && (
        <Alert
          color="yellow"
          title="This view cannot be opened"
          withCloseButton
          onClose={leaveView}
        >
          {viewError instanceof ApiError && viewError.status === 404
            ? 'It has been deleted, or belongs to another project. All requests are shown.'
            : messageOf(viewError)}
        </Alert>
      )}
      <FilterBar filters={filters} onChange={change} keys={keys} />
      <Paper style={{ overflow: 'clip', position: 'relative' }}>
        {data !== undefined && data.waiting > 0 && (
          <NewRows
            waiting={data.waiting}
            onShow={() => {
              window.scrollTo({ top: 0 });
              void showNewest(client, requestsKey(project.id, filters, position));
            }}
          />
        )}
        {data === undefined ? (
          error === null ? (
            <LoadingRows rows={10} height={22} />
          ) : (
            <Group p="md" grow>
              <ErrorState error={error} what="The requests" onRetry={() => void refetch()} />
            </Group>
          )
        ) : data.rows.length === 0 ? (
          <NoRequests
            isFiltered={isFiltered || !isNewest}
            onClear={() => show(readFilters(new URLSearchParams()))}
          />
        ) : (
          <RequestTable
            rows={data.rows}
            left={data.left}
            look={look}
            isChosen={isChosen}
            selection={selection}
          />
        )}
      </Paper>
      <SelectionBar selection={selection} />
      <Group justify="space-between">
        <Shortcuts />
        <Group gap="xs">
          {!isNewest && (
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              leftSection={<IconArrowUp size={14} />}
              onClick={() => show(filters)}
            >
              Newest
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconChevronLeft size={14} />}
            disabled={newer === null}
            onClick={() => newer?.()}
          >
            Newer
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronRight size={14} />}
            disabled={older === null}
            onClick={() => older?.()}
          >
            Older
          </Button>
        </Group>
      </Group>
      <BulkRetryDialog opened={bulk} onClose={closeBulk} filters={filters} />
    </Page>
  );
}

/** Returns the simulation of another policy over the requests of a list. */
function whatIf(projectId: string, filters: RequestFilters): string {
  const { range, created_after: from, created_before: to, mode, model } = filters;
  const search = new URLSearchParams(
    Object.entries({ range, from, to, mode, model }).filter(([, value]) => value !== ''),
  );
  return `${paths.simulation(projectId)}?${search}`;
}

function NewRows({ waiting, onShow }: { waiting: number; onShow: () => void }): ReactElement {
  return (
    <Group
      justify="center"
      style={{ position: 'sticky', top: 64, height: 0, zIndex: 5, overflow: 'visible' }}
    >
      <Button
        size="compact-sm"
        radius="xl"
        mt={28}
        leftSection={<IconArrowUp size={14} />}
        onClick={onShow}
        style={{ boxShadow: 'var(--mantine-shadow-md)' }}
      >
        {plural(waiting, 'more request')}
      </Button>
    </Group>
  );
}
