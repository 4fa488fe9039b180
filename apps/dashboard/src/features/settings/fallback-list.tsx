'use client';

import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { randomId } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { useProject } from '../projects/current-project';
import { providersQuery } from '../providers/queries';
import classes from './settings.module.css';
import type { SettingsDraft } from './settings-draft';

/** Largest number of fallbacks, as the API has it. */
const MAX_FALLBACKS = 3;
/** Value of the select for a fallback whose model says where it goes. */
const BY_MODEL = '';

/**
 * Ordered list of the fallbacks of requests that name none.
 *
 * @param form the form of the settings
 */
export function FallbackList({ form }: { form: UseFormReturnType<SettingsDraft> }): ReactElement {
  const { id } = useProject();
  const { data: providers = [] } = useQuery(providersQuery(id));
  const { fallbacks } = form.values;
  const add = (): void =>
    form.insertListItem('fallbacks', { key: randomId(), model: '', provider: null });
  return (
    <Stack gap="sm" align="flex-start">
      {fallbacks.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: a request fails when its own model does.
        </Text>
      ) : (
        <ol className={classes['fallbacks']} aria-label="Fallbacks">
          {fallbacks.map(({ key, provider }, index) => (
            <li key={key} className={classes['fallback']} data-fallback={index + 1}>
              <span className={classes['number']} aria-hidden>
                {index + 1}
              </span>
              <TextInput
                className={classes['model'] ?? ''}
                aria-label={`Model of fallback ${index + 1}`}
                placeholder={provider === null ? 'azure/gpt-4o' : 'gpt-4o'}
                autoComplete="off"
                spellCheck={false}
                {...form.getInputProps(`fallbacks.${index}.model`)}
              />
              <Select
                className={classes['provider'] ?? ''}
                aria-label={`Provider of fallback ${index + 1}`}
                data={providerOptions(
                  providers.map(({ name }) => name),
                  provider,
                )}
                {...form.getInputProps(`fallbacks.${index}.provider`)}
                value={provider ?? BY_MODEL}
                onChange={(value: string | null) =>
                  form.setFieldValue(
                    `fallbacks.${index}.provider`,
                    value === BY_MODEL ? null : value,
                  )
                }
              />
              <Group gap={2} wrap="nowrap" className={classes['moves'] ?? ''}>
                <Move
                  label={`Move fallback ${index + 1} up`}
                  isPossible={index > 0}
                  onMove={() => form.reorderListItem('fallbacks', { from: index, to: index - 1 })}
                >
                  <IconArrowUp size={16} />
                </Move>
                <Move
                  label={`Move fallback ${index + 1} down`}
                  isPossible={index < fallbacks.length - 1}
                  onMove={() => form.reorderListItem('fallbacks', { from: index, to: index + 1 })}
                >
                  <IconArrowDown size={16} />
                </Move>
                <Tooltip label="Remove">
                  <ActionIcon
                    aria-label={`Remove fallback ${index + 1}`}
                    onClick={() => form.removeListItem('fallbacks', index)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            </li>
          ))}
        </ol>
      )}
      {fallbacks.length < MAX_FALLBACKS ? (
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={add}>
          Add a fallback
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {MAX_FALLBACKS} are the most.
        </Text>
      )}
    </Stack>
  );
}

/** Button that can keep the focus where it can do nothing: after its entry has come to an end of the list. */
function Move({
  label,
  isPossible,
  onMove,
  children,
}: {
  label: string;
  isPossible: boolean;
  onMove: () => void;
  children: ReactElement;
}): ReactElement {
  return (
    <ActionIcon
      aria-label={label}
      {...(!isPossible && { 'data-disabled': true, 'aria-disabled': true })}
      onClick={() => {
        if (isPossible) {
          onMove();
        }
      }}
    >
      {children}
    </ActionIcon>
  );
}

/** Returns the providers to choose from, with one that is set and was removed. */
function providerOptions(
  names: readonly string[],
  chosen: string | null,
): { value: string; label: string }[] {
  const isGone = chosen !== null && !names.includes(chosen);
  return [
    { value: BY_MODEL, label: 'Provider: as the model says' },
    ...names.map((name) => ({ value: name, label: name })),
    ...(isGone ? [{ value: chosen, label: `${chosen} (removed: skipped)` }] : []),
  ];
}
