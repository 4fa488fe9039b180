'use client';

import {
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';

import { messageOf } from '../../api/api-error';
import { api, type Schema, take } from '../../api/client';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import type { Project } from '../projects/queries';
import { useRefusal } from '../session/session';
import { useProjectChange } from './change-project';

interface Draft {
  name: string;
  defaultWait: 'auto' | 'true' | 'false';
  joinSdkRetries: boolean;
  waitS: number;
  retries: number;
  codes: string[];
  untilDeadline: boolean;
  onLost: 'retry' | 'fail';
  callTimeoutS: number;
  idleTimeoutS: number;
  deadlineH: number;
  payloadDays: number;
  recordDays: number;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const draftOf = ({ name, settings }: Project): Draft => ({
  name,
  defaultWait: settings.default_wait === 'auto' ? 'auto' : settings.default_wait ? 'true' : 'false',
  joinSdkRetries: settings.join_sdk_retries,
  waitS: settings.default_wait_timeout_ms / SECOND_MS,
  retries: settings.retry.count,
  codes: settings.retry.on_codes.map(String),
  untilDeadline: settings.retry.until_deadline,
  onLost: settings.on_lost,
  callTimeoutS: settings.timeout.call_timeout / SECOND_MS,
  idleTimeoutS: settings.timeout.idle / SECOND_MS,
  deadlineH: settings.timeout.deadline / HOUR_MS,
  payloadDays: settings.payload_retention_days,
  recordDays: settings.record_retention_days,
});

/** Returns all settings. Of the two names of one limit it uses only `timeout`. */
const settingsOf = (
  draft: Draft,
): Omit<Schema<'ProjectSettings'>, 'call_timeout_ms' | 'deadline_ms' | 'idle_timeout_ms'> => ({
  default_wait: draft.defaultWait === 'auto' ? 'auto' : draft.defaultWait === 'true',
  join_sdk_retries: draft.joinSdkRetries,
  default_wait_timeout_ms: Math.round(draft.waitS * SECOND_MS),
  retry: {
    count: draft.retries,
    on_codes: draft.codes.map(Number).toSorted((a, b) => a - b),
    until_deadline: draft.untilDeadline,
  },
  on_lost: draft.onLost,
  timeout: {
    call_timeout: Math.round(draft.callTimeoutS * SECOND_MS),
    deadline: Math.round(draft.deadlineH * HOUR_MS),
    idle: Math.round(draft.idleTimeoutS * SECOND_MS),
  },
  payload_retention_days: draft.payloadDays,
  record_retention_days: draft.recordDays,
});

/** Returns only the changed settings, because the audit log names each setting that is sent. */
function changesOf(draft: Draft, { name, settings }: Project): Schema<'ProjectChanges'> {
  const changed = Object.entries(settingsOf(draft)).filter(
    ([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(settings[key as keyof typeof settings]),
  );
  return {
    ...(draft.name.trim() !== name && { name: draft.name.trim() }),
    ...(changed.length > 0 && { settings: Object.fromEntries(changed) }),
  };
}

/**
 * Form for the name, the default policy of requests, and the retention.
 *
 * @param project the project
 */
export function SettingsForm({ project }: { project: Project }): ReactElement {
  const refusal = useRefusal('owner');
  const form = useForm<Draft>({
    initialValues: draftOf(project),
    validate: {
      name: (name) => (name.trim() === '' ? 'It needs a name' : null),
      codes: (codes) =>
        codes.every((code) => /^[45]\d\d$/.test(code) && Number(code) >= 408)
          ? null
          : 'HTTP statuses from 408 to 599',
      recordDays: (days, { payloadDays }) =>
        days < payloadDays ? 'A record lives at least as long as its content' : null,
    },
  });
  const save = useProjectChange(
    (draft: Draft) =>
      take(
        api.PATCH('/admin/projects/{project_id}', {
          params: { path: { project_id: project.id } },
          body: changesOf(draft, project),
        }),
      ),
    (changed) => {
      form.setInitialValues(draftOf(changed));
      form.reset();
      notifyDone('The settings are saved.');
    },
  );
  return (
    <form onSubmit={form.onSubmit((draft) => save.mutate(draft))}>
      <fieldset disabled={refusal !== null} style={{ border: 0, margin: 0, padding: 0 }}>
        <Stack gap="lg">
          <Section title="General">
            <TextInput label="Name" maw={400} {...form.getInputProps('name')} />
          </Section>
          <Section
            title="Requests"
            description="What holds for a request that does not say otherwise. Running ones keep what they began with."
          >
            <Stack gap="md">
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <Select
                  label="Callers wait for the answer"
                  description="Without a wait they get an id at once, and ask for the answer later."
                  data={[
                    { value: 'auto', label: 'Automatic: stock OpenAI SDKs wait' },
                    { value: 'true', label: 'Always' },
                    { value: 'false', label: 'Only when they ask' },
                  ]}
                  allowDeselect={false}
                  {...form.getInputProps('defaultWait')}
                />
                <NumberInput
                  label="How long callers wait"
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
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <NumberInput
                  label="Retries"
                  description="After the first attempt"
                  min={0}
                  max={5}
                  {...form.getInputProps('retries')}
                />
                <Select
                  label="When a worker is lost"
                  description="With the provider's answer unknown"
                  data={[
                    { value: 'retry', label: 'Try again' },
                    { value: 'fail', label: 'Fail: never call twice' },
                  ]}
                  {...form.getInputProps('onLost')}
                />
                <NumberInput
                  label="Time for one provider call"
                  suffix=" s"
                  min={1}
                  {...form.getInputProps('callTimeoutS')}
                />
                <NumberInput
                  label="Silence within an answer"
                  description="Then the call counts as timed out"
                  suffix=" s"
                  min={1}
                  {...form.getInputProps('idleTimeoutS')}
                />
                <NumberInput
                  label="Time for the whole request"
                  suffix=" h"
                  min={0.001}
                  decimalScale={3}
                  {...form.getInputProps('deadlineH')}
                />
              </SimpleGrid>
              <Switch
                label="Ride out outages and rate limits"
                description="Requests that nobody waits for are tried again until their time is up, with waits of up to five minutes. A request that names retry says so itself."
                {...form.getInputProps('untilDeadline', { type: 'checkbox' })}
              />
              <TagsInput
                label="Statuses that are retried"
                description="Network errors, timeouts and unusable answers always are"
                splitChars={[',', ' ']}
                {...form.getInputProps('codes')}
              />
            </Stack>
          </Section>
          <Section
            title="Retention"
            description="Content (prompts and results) is encrypted, and deleted first. Records hold no content."
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <NumberInput
                label="Content is kept for"
                suffix=" days"
                min={1}
                {...form.getInputProps('payloadDays')}
              />
              <NumberInput
                label="Records are kept for"
                suffix=" days"
                min={1}
                {...form.getInputProps('recordDays')}
              />
            </SimpleGrid>
          </Section>
          <Group justify="flex-end">
            {save.error !== null && (
              <Text c="red" size="sm" role="alert">
                {messageOf(save.error)}
              </Text>
            )}
            <GuardedButton
              type="submit"
              refusal={refusal ?? (form.isDirty() ? null : 'Nothing is changed.')}
              loading={save.isPending}
            >
              Save settings
            </GuardedButton>
          </Group>
        </Stack>
      </fieldset>
    </form>
  );
}
