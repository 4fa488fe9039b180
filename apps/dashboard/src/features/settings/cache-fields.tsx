'use client';

import { NumberInput, SimpleGrid, Switch } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactElement } from 'react';

import { duration } from '../../ui/format';
import type { SettingsDraft } from './settings-draft';

/** Greatest age of an answer, in seconds, as the API has it. */
const MAX_TTL_S = 259_200;

/**
 * Fields for the cache of requests that do not mention it.
 *
 * @param form the form of the settings
 */
export function CacheFields({ form }: { form: UseFormReturnType<SettingsDraft> }): ReactElement {
  const { caches, cacheTtlS: ttl } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Switch
        label="Answer identical requests once"
        description="Exact match: the same body at the same provider gets the same answer. A request can switch it off."
        {...form.getInputProps('caches', { type: 'checkbox' })}
      />
      <NumberInput
        label="How old such an answer may be"
        description={
          typeof ttl === 'number' && ttl > 0
            ? `${duration(ttl * 1_000)}; at most 3 days`
            : 'At most 3 days'
        }
        suffix=" s"
        min={1}
        max={MAX_TTL_S}
        allowDecimal={false}
        disabled={!caches}
        {...form.getInputProps('cacheTtlS')}
      />
    </SimpleGrid>
  );
}
