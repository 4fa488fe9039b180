'use client';

import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import {
  ALERT_KINDS,
  ALERT_NUMBERS,
  ALERT_REMINDER_MINUTES,
  type AlertKind,
} from '@reqrun/contracts';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type SubmitEvent, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { fieldProblem } from '../settings/change-project';
import { KIND_HINTS, KIND_NAMES } from './alert-words';
import type { AlertRule, NewAlertRule } from './queries';

interface Draft {
  readonly kind: AlertKind;
  readonly name: string;
  readonly mode: 'live' | 'test';
  /** In per cent for shares. */
  readonly threshold: number | string;
  readonly window_minutes: number | string;
  readonly min_requests: number | string;
  readonly remind_minutes: number | string;
  readonly recipients: string[];
  readonly webhook_url: string;
}

const UNITS = { share: 'in %', seconds: 'in seconds', days: 'in days' } as const;

/**
 * Form for an alert rule.
 *
 * @param rule the rule to change; null for a new one
 * @param hasMail whether the server can send e-mails
 * @param onSave stores the rule
 * @param onCancel called when the user cancels
 */
export function RuleForm({
  rule,
  hasMail,
  onSave,
  onCancel,
}: {
  rule: AlertRule | null;
  hasMail: boolean;
  onSave: (body: NewAlertRule) => Promise<unknown>;
  onCancel: () => void;
}): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(rule));
  const save = useMutation({ mutationFn: () => onSave(bodyOf(draft, hasMail)) });
  const change = (changes: Partial<Draft>): void => {
    setDraft({ ...draft, ...changes });
    save.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const { unit, threshold, windowMinutes, minRequests } = ALERT_NUMBERS[draft.kind];
  const isAtField = save.error instanceof ApiError && save.error.param !== null;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Select
          label="Condition"
          description={KIND_HINTS[draft.kind]}
          data={ALERT_KINDS.map((value) => ({ value, label: KIND_NAMES[value] }))}
          value={draft.kind}
          allowDeselect={false}
          disabled={rule !== null}
          onChange={(value) => change(withKind(draft, value ?? draft.kind))}
        />
        <TextInput
          label="Name"
          value={draft.name}
          error={fieldProblem(save.error, 'name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        {draft.kind !== 'provider_breaker' && (
          <SegmentedControl
            w="fit-content"
            size="xs"
            aria-label="Mode"
            value={draft.mode}
            onChange={(value) => change({ mode: value })}
            data={[
              { value: 'live', label: 'Live' },
              { value: 'test', label: 'Test' },
            ]}
          />
        )}
        {threshold !== null && (
          <NumberInput
            label={`Threshold, ${unit === null ? '' : UNITS[unit]}`}
            value={draft.threshold}
            error={fieldProblem(save.error, 'threshold')}
            allowNegative={false}
            onChange={(value) => change({ threshold: value })}
          />
        )}
        {windowMinutes !== null && (
          <NumberInput
            label="Window, in minutes"
            allowDecimal={false}
            allowNegative={false}
            value={draft.window_minutes}
            error={fieldProblem(save.error, 'window_minutes')}
            onChange={(value) => change({ window_minutes: value })}
          />
        )}
        {minRequests !== null && (
          <NumberInput
            label="Least requests in the window"
            description="With fewer, the rule does not fire."
            allowDecimal={false}
            allowNegative={false}
            value={draft.min_requests}
            error={fieldProblem(save.error, 'min_requests')}
            onChange={(value) => change({ min_requests: value })}
          />
        )}
        <TagsInput
          label="E-mail"
          description={
            hasMail
              ? 'Each address gets a mail of its own.'
              : 'This server has no mail server: set REQRUN_SMTP_URL.'
          }
          placeholder={draft.recipients.length === 0 ? 'ada@example.com' : ''}
          value={draft.recipients}
          disabled={!hasMail}
          acceptValueOnBlur
          error={fieldProblem(save.error, 'recipients')}
          onChange={(recipients) => change({ recipients })}
        />
        <TextInput
          label="Webhook"
          description="Gets a signed POST (Standard Webhooks). Empty: none."
          placeholder="https://hooks.example.com/alerts"
          value={draft.webhook_url}
          error={fieldProblem(save.error, 'webhook_url')}
          onChange={(event) => change({ webhook_url: event.currentTarget.value })}
        />
        <NumberInput
          label="Remind every, in minutes"
          description="While the alert goes on. Empty: no reminders."
          min={ALERT_REMINDER_MINUTES.min}
          max={ALERT_REMINDER_MINUTES.max}
          allowDecimal={false}
          allowNegative={false}
          value={draft.remind_minutes}
          error={fieldProblem(save.error, 'remind_minutes')}
          onChange={(value) => change({ remind_minutes: value })}
        />
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
            {rule === null ? 'Create rule' : 'Save rule'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Rounds away what multiplying by 100 adds. */
const percentOf = (share: number): number => Math.round(share * 100_000) / 1_000;

const shown = (kind: AlertKind, threshold: number | null): number | string =>
  threshold === null ? '' : ALERT_NUMBERS[kind].unit === 'share' ? percentOf(threshold) : threshold;

function withKind(draft: Draft, kind: AlertKind): Draft {
  const { threshold, windowMinutes, minRequests } = ALERT_NUMBERS[kind];
  const isNamedByKind = draft.name === '' || draft.name === KIND_NAMES[draft.kind];
  return {
    ...draft,
    kind,
    mode: kind === 'provider_breaker' ? 'live' : draft.mode,
    name: isNamedByKind ? KIND_NAMES[kind] : draft.name,
    threshold: shown(kind, threshold?.default ?? null),
    window_minutes: windowMinutes?.default ?? '',
    min_requests: minRequests?.default ?? '',
  };
}

function draftOf(rule: AlertRule | null): Draft {
  const empty: Draft = {
    ...{ kind: 'failure_rate', name: '', mode: 'live', threshold: '', window_minutes: '' },
    ...{ min_requests: '', remind_minutes: '', recipients: [], webhook_url: '' },
  };
  return rule === null
    ? withKind(empty, 'failure_rate')
    : {
        ...{ kind: rule.kind, name: rule.name, mode: rule.mode },
        threshold: shown(rule.kind, rule.threshold),
        window_minutes: rule.window_minutes ?? '',
        min_requests: rule.min_requests ?? '',
        remind_minutes: rule.remind_minutes ?? '',
        recipients: [...rule.recipients],
        webhook_url: rule.webhook_url ?? '',
      };
}

const numberOrNull = (value: number | string): number | null =>
  value === '' ? null : Number(value);

function bodyOf(draft: Draft, hasMail: boolean): NewAlertRule {
  const threshold = numberOrNull(draft.threshold);
  const isShare = ALERT_NUMBERS[draft.kind].unit === 'share';
  return {
    ...{ kind: draft.kind, name: draft.name, mode: draft.mode },
    threshold: threshold === null || !isShare ? threshold : threshold / 100,
    window_minutes: numberOrNull(draft.window_minutes),
    min_requests: numberOrNull(draft.min_requests),
    remind_minutes: numberOrNull(draft.remind_minutes),
    // Without a mail server they stay as they are.
    ...(hasMail && { recipients: draft.recipients }),
    webhook_url: draft.webhook_url.trim() || null,
  };
}
