'use client';

import { Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { Moment } from '../../ui/moment';
import { ENDPOINT_PATHS, RANGES, readFilters, shortEndpoint, type RequestFilters } from './filters';

const RANGE_LABELS: Readonly<Record<string, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

/**
 * Form of all filters except the status.
 *
 * @param filters current filters
 * @param keys the project's keys
 * @param onApply called with the new filters, whose status is to be ignored
 */
export function FilterForm({
  filters,
  keys,
  onApply,
}: {
  filters: RequestFilters;
  keys: readonly { id: string; name: string }[];
  onApply: (filters: RequestFilters) => void;
}): ReactElement {
  const [draft, setDraft] = useState(filters);
  const [pairs, setPairs] = useState(() =>
    Object.entries(filters.metadata)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
  );
  const set = (change: Partial<RequestFilters>): void => setDraft({ ...draft, ...change });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onApply({ ...draft, metadata: readPairs(pairs) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SimpleGrid cols={2} spacing="sm">
          <TextInput
            label="Model"
            placeholder="gpt-4o-mini"
            value={draft.model}
            onChange={(event) => set({ model: event.currentTarget.value })}
          />
          <Select
            label="Endpoint"
            placeholder="Any"
            clearable
            data={ENDPOINT_PATHS.map((path) => ({ value: path, label: shortEndpoint(path) }))}
            value={draft.endpoint === '' ? null : draft.endpoint}
            onChange={(value) => set({ endpoint: value ?? '' })}
            comboboxProps={{ withinPortal: false }}
          />
          <TextInput
            label="Error code"
            placeholder="openai_http_429"
            value={draft.error_code}
            onChange={(event) => set({ error_code: event.currentTarget.value })}
          />
          <Select
            label="Key"
            placeholder="Any"
            clearable
            searchable
            data={keys.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.key_id === '' ? null : draft.key_id}
            onChange={(value) => set({ key_id: value ?? '' })}
            comboboxProps={{ withinPortal: false }}
          />
          <Select
            label="Mode"
            placeholder="Any"
            clearable
            data={['live', 'test']}
            value={draft.mode === '' ? null : draft.mode}
            onChange={(value) => set({ mode: value ?? '' })}
            comboboxProps={{ withinPortal: false }}
          />
        </SimpleGrid>
        <Select
          label="Created"
          placeholder="Any time"
          clearable
          data={Object.keys(RANGES).map((value) => ({
            value,
            label: RANGE_LABELS[value] ?? value,
          }))}
          value={draft.range === '' ? null : draft.range}
          onChange={(value) => set({ range: value ?? '', created_after: '', created_before: '' })}
          comboboxProps={{ withinPortal: false }}
        />
        <SimpleGrid cols={2} spacing="sm">
          <Moment
            withinForm
            label="From"
            value={draft.created_after}
            onChange={(value) => set({ created_after: value, range: '' })}
          />
          <Moment
            withinForm
            label="To"
            value={draft.created_before}
            onChange={(value) => set({ created_before: value, range: '' })}
          />
        </SimpleGrid>
        <TextInput
          label="Idempotency key"
          value={draft.idempotency_key}
          onChange={(event) => set({ idempotency_key: event.currentTarget.value })}
        />
        <TextInput
          label="Metadata"
          placeholder="team=search, env=prod"
          value={pairs}
          onChange={(event) => setPairs(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            onClick={() => onApply(readFilters(new URLSearchParams()))}
          >
            Clear
          </Button>
          <Button type="submit">Show</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Parses pairs such as `a=b, c=d`. */
function readPairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      const key = pair.slice(0, at).trim();
      return at === -1 || key === '' ? [] : [[key, pair.slice(at + 1).trim()]];
    }),
  );
}
