'use client';

import {
  Autocomplete,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { Moment } from '../../ui/moment';
import { Section } from '../../ui/states';
import { metricsQuery } from '../overview/queries';
import { useProject } from '../projects/current-project';
import { providersQuery } from '../providers/queries';
import { NO_CHANGE, RANGES, type SimulationDraft } from './simulation-draft';

const FIXED = 'fixed';
const RANGE_OPTIONS = [...Object.keys(RANGES), FIXED].map((value) => ({
  value,
  label: value === FIXED ? 'Other' : value,
}));
const UNCHANGED = 'As it was';
/** Statuses that providers answer with when they fail for a while. */
const USUAL_CODES = ['408', '409', '425', '429', '500', '502', '503', '504', '529'];

/**
 * Form of a question to a simulation.
 *
 * @param initial the question of the address
 * @param problem what the API found wrong with it, and the field
 * @param busy whether the answer is being computed
 * @param onAsk called with the question
 */
export function SimulationForm({
  initial,
  problem,
  busy,
  onAsk,
}: {
  initial: SimulationDraft;
  problem: { field: keyof SimulationDraft | null; message: string } | null;
  busy: boolean;
  onAsk: (draft: SimulationDraft) => void;
}): ReactElement {
  const project = useProject();
  const form = useForm<SimulationDraft>({
    initialValues: initial,
    validate: {
      codes: (codes) =>
        codes.every((code) => /^[45]\d\d$/.test(code) && Number(code) >= 408)
          ? null
          : 'HTTP statuses from 408 to 599',
      fallback: (fallback, { provider }) =>
        provider !== '' && fallback.trim() === '' ? 'It needs a model' : null,
      from: (from, { range }) => (range === '' && from === '' ? 'It needs a beginning' : null),
    },
  });
  const { values } = form;
  const { data: providers = [] } = useQuery(providersQuery(project.id));
  const { data: metrics } = useQuery(metricsQuery(project.id, '30d', values.mode));
  const models = [
    ...new Set((metrics?.models ?? []).flatMap(({ model }) => (model === null ? [] : [model]))),
  ];
  const errorOf = (field: keyof SimulationDraft): { error?: string } =>
    problem?.field === field && form.errors[field] === undefined ? { error: problem.message } : {};
  return (
    <form
      onSubmit={form.onSubmit((draft) =>
        onAsk({ ...draft, model: draft.model.trim(), fallback: draft.fallback.trim() }),
      )}
    >
      <Stack gap="lg">
        <Section title="Which requests">
          <Stack gap="md">
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label="Range"
              data={RANGE_OPTIONS}
              value={values.range === '' ? FIXED : values.range}
              onChange={(value) =>
                form.setValues(
                  value === FIXED
                    ? {
                        range: '',
                        from: new Date(Date.now() - (RANGES[values.range] ?? 0)).toISOString(),
                        to: '',
                      }
                    : { range: value, from: '', to: '' },
                )
              }
            />
            {values.range === '' && (
              <SimpleGrid cols={2} spacing="sm">
                <Moment
                  label="From"
                  value={values.from}
                  onChange={(from) => form.setFieldValue('from', from)}
                  error={form.errors['from'] ?? errorOf('from').error}
                />
                <Moment
                  label="To"
                  placeholder="Now"
                  value={values.to}
                  onChange={(to) => form.setFieldValue('to', to)}
                  error={errorOf('to').error}
                />
              </SimpleGrid>
            )}
            <SimpleGrid cols={2} spacing="sm">
              <Select
                label="Mode"
                data={[
                  { value: 'live', label: 'Live' },
                  { value: 'test', label: 'Test' },
                ]}
                {...form.getInputProps('mode')}
              />
              <Autocomplete
                label="Model"
                placeholder="All"
                data={models}
                limit={20}
                autoComplete="off"
                {...form.getInputProps('model')}
                {...errorOf('model')}
              />
            </SimpleGrid>
          </Stack>
        </Section>
        <Section
          title="What would be different"
          description="What is left empty stays as each request had it."
        >
          <Stack gap="md">
            <SimpleGrid cols={2} spacing="sm">
              <NumberInput
                label="Retries"
                placeholder={UNCHANGED}
                min={0}
                max={5}
                allowDecimal={false}
                {...form.getInputProps('retries')}
                onChange={(value) => form.setFieldValue('retries', String(value))}
                {...errorOf('retries')}
              />
              <NumberInput
                label="Call timeout"
                placeholder={UNCHANGED}
                suffix=" s"
                min={0.001}
                max={86_400}
                decimalScale={3}
                {...form.getInputProps('callTimeout')}
                onChange={(value) => form.setFieldValue('callTimeout', String(value))}
                {...errorOf('callTimeout')}
              />
            </SimpleGrid>
            <TagsInput
              label="Retry on these HTTP statuses"
              placeholder={values.codes.length === 0 ? UNCHANGED : ''}
              data={USUAL_CODES}
              {...form.getInputProps('codes')}
              {...errorOf('codes')}
            />
            <Select
              label="Outages and rate limits"
              data={[
                { value: '', label: UNCHANGED },
                { value: 'true', label: 'Retry until the deadline' },
                { value: 'false', label: 'Only as many retries' },
              ]}
              {...form.getInputProps('untilDeadline')}
            />
            <SimpleGrid cols={2} spacing="sm">
              <Autocomplete
                label="Fallback model"
                placeholder={UNCHANGED}
                data={models}
                limit={20}
                autoComplete="off"
                {...form.getInputProps('fallback')}
                {...errorOf('fallback')}
              />
              <Select
                label="Its provider"
                data={[
                  { value: '', label: 'By the model' },
                  ...providers.map(({ name }) => ({ value: name, label: name })),
                ]}
                {...form.getInputProps('provider')}
                {...errorOf('provider')}
              />
            </SimpleGrid>
            {problem !== null && problem.field === null && (
              <Text c="red" size="sm" role="alert">
                {problem.message}
              </Text>
            )}
            <Group justify="flex-end" gap="xs">
              <Button
                variant="subtle"
                color="gray"
                onClick={() => {
                  form.setValues({ ...NO_CHANGE, ...pick(values) });
                }}
              >
                Clear
              </Button>
              <Button type="submit" loading={busy}>
                Simulate
              </Button>
            </Group>
          </Stack>
        </Section>
      </Stack>
    </form>
  );
}

/** Returns which requests a question is about. */
const pick = ({
  range,
  from,
  to,
  mode,
  model,
}: SimulationDraft): Pick<SimulationDraft, 'range' | 'from' | 'to' | 'mode' | 'model'> => ({
  range,
  from,
  to,
  mode,
  model,
});
