'use client';

import { NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactElement } from 'react';

import type { SettingsDraft } from './settings-draft';

type Form = UseFormReturnType<SettingsDraft>;

/**
 * Fields that say which callers wait, and how long.
 *
 * @param form the form of the settings
 */
export function WaitFields({ form }: { form: Form }): ReactElement {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="Wait for the result by default"
          description="Without a wait, callers get an id at once, and ask for the result later."
          data={[
            { value: 'auto', label: 'Automatic: stock OpenAI SDKs wait' },
            { value: 'true', label: 'Always' },
            { value: 'false', label: 'Only when they ask' },
          ]}
          {...form.getInputProps('defaultWait')}
        />
        <NumberInput
          label="Longest wait"
          description="Then they get an id. Holds where a call waits and does not say how long."
          suffix=" s"
          min={0.001}
          max={240}
          decimalScale={3}
          {...form.getInputProps('waitS')}
        />
      </SimpleGrid>
      <Switch
        label="Join retries of stock SDKs"
        description="A retry without an idempotency key joins the request of its first try."
        {...form.getInputProps('joinSdkRetries', { type: 'checkbox' })}
      />
    </Stack>
  );
}

/**
 * Fields that say what is retried, and how often.
 *
 * @param form the form of the settings
 */
export function RetryFields({ form }: { form: Form }): ReactElement {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Retries of each model"
          description="After its first attempt"
          min={0}
          max={5}
          allowDecimal={false}
          {...form.getInputProps('retries')}
        />
        <Select
          label="If a worker dies during a call"
          description="Nobody knows then whether the provider answered."
          data={[
            { value: 'retry', label: 'Call again' },
            { value: 'fail', label: 'Fail: never call twice' },
          ]}
          {...form.getInputProps('onLost')}
        />
      </SimpleGrid>
      <TagsInput
        label="Retry on these HTTP statuses"
        description="Network errors, timeouts and unusable answers are always retried."
        splitChars={[',', ' ']}
        {...form.getInputProps('codes')}
      />
      <Switch
        label="Ride out outages and rate limits"
        description="Requests that nobody waits for are tried again until their deadline, with waits of up to five minutes. A request that names retry says so itself."
        {...form.getInputProps('untilDeadline', { type: 'checkbox' })}
      />
      <Switch
        label="Re-attach to responses"
        description="Responses run in the background at the provider, which keeps them. When a worker dies, another waits for the same response, and none is paid for twice."
        {...form.getInputProps('reattach', { type: 'checkbox' })}
      />
    </Stack>
  );
}

/**
 * Fields for the time limits.
 *
 * @param form the form of the settings
 */
export function TimeFields({ form }: { form: Form }): ReactElement {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput
        label="One provider call"
        description="Each attempt, of each model"
        suffix=" s"
        min={0.001}
        decimalScale={3}
        {...form.getInputProps('callTimeoutS')}
      />
      <NumberInput
        label="The whole request"
        description="Over all models and waits"
        suffix=" h"
        min={0.001}
        decimalScale={3}
        {...form.getInputProps('deadlineH')}
      />
      <NumberInput
        label="First token of a stream"
        description="The limit of the call ends the wait too."
        suffix=" s"
        min={0.001}
        decimalScale={3}
        {...form.getInputProps('firstTokenS')}
      />
      <NumberInput
        label="Silence within an answer"
        description="Then the call counts as timed out."
        suffix=" s"
        min={0.001}
        decimalScale={3}
        {...form.getInputProps('idleTimeoutS')}
      />
    </SimpleGrid>
  );
}

/**
 * Fields that bound what a project has open and runs at once.
 *
 * @param form the form of the settings
 */
export function BoundFields({ form }: { form: Form }): ReactElement {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput
        label="Open requests"
        description="Further ones are refused with 429. Empty: what the installation allows."
        placeholder="No bound of its own"
        min={1}
        allowDecimal={false}
        {...form.getInputProps('maxOpen')}
      />
      <NumberInput
        label="Provider calls at once"
        description="Over all workers. Further requests wait."
        placeholder="No bound"
        min={1}
        allowDecimal={false}
        {...form.getInputProps('maxCalls')}
      />
    </SimpleGrid>
  );
}

/**
 * Fields for how long content and records are kept.
 *
 * @param form the form of the settings
 */
export function RetentionFields({ form }: { form: Form }): ReactElement {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput
        label="Content is kept for"
        suffix=" days"
        min={1}
        allowDecimal={false}
        {...form.getInputProps('payloadDays')}
      />
      <NumberInput
        label="Records are kept for"
        suffix=" days"
        min={1}
        allowDecimal={false}
        {...form.getInputProps('recordDays')}
      />
    </SimpleGrid>
  );
}
