'use client';

import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Popover,
  SegmentedControl,
  Stack,
  Text,
} from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import {
  type Column,
  COLUMNS,
  FIXED,
  HEADINGS,
  moveColumn,
  type TableLook,
  USUAL_LOOK,
} from './columns';
import classes from './requests.module.css';

/**
 * Button with the choice of columns, of their order, and of the height of the rows.
 *
 * @param look the present look
 * @param onChange called with the new one
 */
export function ColumnMenu({
  look,
  onChange,
}: {
  look: TableLook;
  onChange: (look: TableLook) => void;
}): ReactElement {
  const { columns } = look;
  const rest = COLUMNS.filter((column) => !columns.includes(column));
  const set = (next: readonly Column[]): void => onChange({ ...look, columns: next });
  const item = (column: Column): ReactElement => {
    const at = columns.indexOf(column);
    const name = HEADINGS[column];
    return (
      <li key={column} className={classes['choice']}>
        <Checkbox
          size="xs"
          label={name}
          checked={at !== -1}
          disabled={column === FIXED}
          onChange={(event) =>
            set(
              event.currentTarget.checked
                ? [...columns, column]
                : columns.filter((its) => its !== column),
            )
          }
        />
        {at !== -1 && (
          <Group gap={2} wrap="nowrap">
            <ActionIcon
              size="sm"
              aria-label={`Move ${name} to the left`}
              disabled={at === 0}
              onClick={() => set(moveColumn(columns, column, -1))}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`Move ${name} to the right`}
              disabled={at === columns.length - 1}
              onClick={() => set(moveColumn(columns, column, 1))}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
          </Group>
        )}
      </li>
    );
  };
  return (
    <Popover position="bottom-end" shadow="lg" trapFocus width={280}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Columns">
        <Stack gap="sm">
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label="Height of the rows"
            value={look.density}
            onChange={(density) => onChange({ ...look, density })}
            data={[
              { value: 'comfortable', label: 'Comfortable' },
              { value: 'compact', label: 'Compact' },
            ]}
          />
          <ul className={classes['choices']} aria-label="Shown columns">
            {columns.map(item)}
          </ul>
          {rest.length > 0 && (
            <>
              <Text size="xs" c="dimmed">
                Not shown
              </Text>
              <ul className={classes['choices']} aria-label="Columns that are not shown">
                {rest.map(item)}
              </ul>
            </>
          )}
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => onChange(USUAL_LOOK)}
          >
            Reset
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
