'use client';

import { Button, Chip, Group, Indicator, Popover, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { type RequestStatus, STATUSES } from '../../ui/request-status';
import { activeFilters, type RequestFilters } from './filters';
import { FilterForm } from './filter-form';
import classes from './filters.module.css';

/**
 * Changes the filters. The function receives the current filters, because one change may follow another
 * before the page shows the first.
 */
export type FilterChange = (to: (now: RequestFilters) => RequestFilters) => void;

/**
 * Bar with a control for the status, a button for the form with all other filters, and the active filters,
 * each of which can be removed.
 *
 * @param filters current filters
 * @param onChange called with a change of the filters
 * @param keys the project's keys, with id and name
 */
export function FilterBar({
  filters,
  onChange,
  keys,
}: {
  filters: RequestFilters;
  onChange: FilterChange;
  keys: readonly { id: string; name: string }[];
}): ReactElement {
  const [opened, { close, toggle, open }] = useDisclosure();
  useHotkeys([['/', open]]);
  const active = activeFilters(filters, (id) => keys.find((key) => key.id === id)?.name ?? id);
  return (
    <Group gap="xs" role="search" aria-label="Filters">
      <Group gap={6}>
        {STATUSES.map((status: RequestStatus) => (
          <Chip
            key={status}
            size="xs"
            variant="outline"
            checked={filters.status.includes(status)}
            onChange={(checked) =>
              onChange((now) => ({
                ...now,
                status: STATUSES.filter((its) =>
                  its === status ? checked : now.status.includes(its),
                ),
              }))
            }
          >
            {status}
          </Chip>
        ))}
      </Group>
      <Indicator disabled={active.length === 0} label={active.length} size={16} color="iris">
        <Popover opened={opened} onChange={close} position="bottom-start" shadow="lg" trapFocus>
          <Popover.Target>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconAdjustmentsHorizontal size={15} />}
              onClick={toggle}
            >
              Filter
            </Button>
          </Popover.Target>
          <Popover.Dropdown p="md" className={classes['dropdown']} aria-label="Filters">
            <FilterForm
              filters={filters}
              keys={keys}
              onApply={(next) => {
                onChange(({ status }) => ({ ...next, status }));
                close();
              }}
            />
          </Popover.Dropdown>
        </Popover>
      </Indicator>
      {active.map(({ label, without }) => (
        <UnstyledButton
          key={label}
          className={classes['active']}
          onClick={() => onChange(without)}
          aria-label={`Remove the filter ${label}`}
        >
          <span>{label}</span>
          <IconX size={13} aria-hidden />
        </UnstyledButton>
      ))}
    </Group>
  );
}
