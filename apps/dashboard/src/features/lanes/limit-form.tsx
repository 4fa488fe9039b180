'use client';

import { Autocomplete, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type SubmitEvent, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { fieldProblem } from '../settings/change-project';
import type { LaneIntent } from './lane-dialogs';
import type { Lane, LaneLimits, LaneName } from './queries';

type Values = Readonly<Record<keyof LaneLimits, number | string>>;

const FIELDS = [
  ['requests_per_minute', 'Requests per minute', 'Calls that begin in any minute', 1_000_000],
  [
    'tokens_per_minute',
    'Tokens per minute',
    'By the mean of the tokens that calls use',
    1_000_000_000,
  ],
  ['calls_at_once', 'Calls at once', 'Under way at the same time, of all workers', 10_000],
] as const;

/**
 * Form for the limits of a lane. An empty field is no limit.
 *
 * @param intent the lane; its model can be chosen unless it is named
 * @param lanes all lanes of the project, with their limits
 * @param onSave stores the limits
 * @param onCancel called when the user cancels
 */
export function LimitForm({
  intent: { lane, models, isNamed },
  lanes,
  onSave,
  onCancel,
}: {
  intent: Extract<LaneIntent, { kind: 'limit' }>;
  lanes: readonly Lane[];
  onSave: (lane: LaneName, limits: LaneLimits) => Promise<unknown>;
  onCancel: () => void;
}): ReactElement {
  const { provider } = lane;
  const limitsOf = (model: string | null): Values =>
    valuesOf(lanes.find((one) => one.provider === provider && one.model === model)?.limits);
  const [model, setModel] = useState(lane.model ?? '');
  const [values, setValues] = useState(() => limitsOf(lane.model));
  const save = useMutation({
    mutationFn: () => onSave({ provider, model: model.trim() || null }, toLimits(values)),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const isAtField = save.error instanceof ApiError && save.error.param !== null;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {!isNamed && (
          <Autocomplete
            label="Model"
            description="As the provider is asked for it. Empty: all its models together."
            placeholder="all models together"
            data={[...models]}
            value={model}
            error={fieldProblem(save.error, 'model')}
            onChange={(value) => {
              setModel(value);
              setValues(limitsOf(value.trim() || null));
              save.reset();
            }}
          />
        )}
        {FIELDS.map(([name, label, description, most]) => (
          <NumberInput
            key={name}
            label={label}
            description={`${description}. Empty: no limit.`}
            min={1}
            max={most}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=","
            value={values[name]}
            error={fieldProblem(save.error, name)}
            onChange={(value) => {
              setValues({ ...values, [name]: value });
              save.reset();
            }}
          />
        ))}
        <Text size="sm" c="dimmed">
          Requests over a limit wait in the queue and use up no attempts. A lower limit that the
          provider tells of counts, too.
        </Text>
        {save.error !== null && !isAtField && (
          <Text c="red" size="sm" role="alert">
            {messageOf(save.error)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save limits
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const valuesOf = (limits: LaneLimits | null | undefined): Values => ({
  requests_per_minute: limits?.requests_per_minute ?? '',
  tokens_per_minute: limits?.tokens_per_minute ?? '',
  calls_at_once: limits?.calls_at_once ?? '',
});

const toLimits = (values: Values): LaneLimits => ({
  requests_per_minute: toLimit(values.requests_per_minute),
  tokens_per_minute: toLimit(values.tokens_per_minute),
  calls_at_once: toLimit(values.calls_at_once),
});

const toLimit = (value: number | string): number | null => (value === '' ? null : Number(value));
