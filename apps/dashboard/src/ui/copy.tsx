'use client';

import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { useCopy } from './use-copy';

/**
 * Small button that copies a value.
 *
 * @param value the copied value
 * @param label name of the value, as in "Copy the id"
 */
export function CopyIcon({ value, label }: { value: string; label: string }): ReactElement {
  const { copied, copy } = useCopy(value);
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon
        size="sm"
        color={copied ? 'teal' : 'gray'}
        aria-label={copied ? 'Copied' : label}
        onClick={(event) => {
          event.preventDefault();
          event.stopPropagation();
          copy();
        }}
      >
        {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}

/**
 * Monospaced text with a button that copies it.
 *
 * @param value the text
 * @param label name of the text
 */
export function CopyText({ value, label }: { value: string; label: string }): ReactElement {
  return (
    <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
      <Text ff="monospace" size="xs" component="span" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Text>
      <CopyIcon value={value} label={label} />
    </Group>
  );
}

/**
 * Labeled button that copies a value.
 *
 * @param value the copied value
 * @param label label of the button
 */
export function CopyWide({ value, label }: { value: string; label: string }): ReactElement {
  const { copied, copy } = useCopy(value);
  return (
    <Button
      variant={copied ? 'light' : 'filled'}
      color={copied ? 'teal' : 'iris'}
      leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      onClick={copy}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}
