'use client';

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { type ReactElement, useEffect } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import type { Project } from '../projects/queries';
import { useRefusal } from '../session/session';
import { CacheFields } from './cache-fields';
import { useProjectChange } from './change-project';
import { ClearCache } from './clear-cache';
import { FallbackList } from './fallback-list';
import { BoundFields, RetentionFields, RetryFields, TimeFields, WaitFields } from './policy-fields';
import { changesOf, draftOf, fieldOf, type SettingsDraft } from './settings-draft';
import classes from './settings.module.css';

/** Number of a field that was emptied. */
const required = (value: unknown): string | null =>
  typeof value === 'number' ? null : 'It needs a number';

/**
 * Form for the name, the default policy of requests, and the retention.
 *
 * @param project the project
 */
export function SettingsForm({ project }: { project: Project }): ReactElement {
  const refusal = useRefusal('owner');
  const form = useForm<SettingsDraft>({
    initialValues: draftOf(project),
    validate: {
      name: (name) => (name.trim() === '' ? 'It needs a name' : null),
      codes: (codes) =>
        codes.every((code) => /^[45]\d\d$/.test(code) && Number(code) >= 408)
          ? null
          : 'HTTP statuses from 408 to 599',
      waitS: required,
      retries: required,
      callTimeoutS: required,
      idleTimeoutS: required,
      firstTokenS: required,
      deadlineH: required,
      cacheTtlS: (ttl, { caches }) => (caches ? required(ttl) : null),
      fallbacks: { model: (model) => (model.trim() === '' ? 'It needs a model' : null) },
      payloadDays: required,
      recordDays: (days, { payloadDays }) =>
        required(days) ??
        (days < payloadDays ? 'A record lives at least as long as its content' : null),
    },
  });
  const save = useProjectChange(
    (draft: SettingsDraft) =>
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
  const submit = (draft: SettingsDraft): void =>
    save.mutate(draft, {
      onError: (error) => {
        const field = error instanceof ApiError ? fieldOf(error.param) : null;
        if (field !== null) {
          form.setFieldError(field, messageOf(error));
        }
      },
    });
  const isDirty = form.isDirty();
  const [clearing, { open: askToClear, close: keepCache }] = useDisclosure();
  useLeaveQuestion(isDirty);
  return (
    <>
      <form onSubmit={form.onSubmit(submit)}>
        <fieldset disabled={refusal !== null} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack gap="lg">
            <Section title="General">
              <TextInput label="Name" maw={400} {...form.getInputProps('name')} />
            </Section>
            <Section
              title="Waiting"
              description="All of this holds for a request that does not say otherwise. Running ones keep what they began with."
            >
              <WaitFields form={form} />
            </Section>
            <Section title="Retries">
              <RetryFields form={form} />
            </Section>
            <Section title="Time limits">
              <TimeFields form={form} />
            </Section>
            <Section
              title="Fallbacks"
              description="Models that are called, in this order, when the one before has failed. For chat completions and responses that name none."
            >
              <FallbackList form={form} />
            </Section>
            <Section
              title="Cache"
              actions={
                <GuardedButton variant="default" size="xs" refusal={refusal} onClick={askToClear}>
                  Clear the cache…
                </GuardedButton>
              }
            >
              <CacheFields form={form} />
            </Section>
            <Section
              title="Bounds"
              description="What one project may take of the installation. Live and test requests are counted separately."
            >
              <BoundFields form={form} />
            </Section>
            <Section
              title="Retention"
              description="Content (prompts and results) is encrypted, and deleted first. Records hold no content."
            >
              <RetentionFields form={form} />
            </Section>
            <Group justify="flex-end" {...(isDirty && { className: classes['unsaved'] ?? '' })}>
              {save.error === null ? (
                isDirty && (
                  <Text size="sm" c="dimmed" style={{ flex: '1 1 auto' }}>
                    Not saved yet.
                  </Text>
                )
              ) : (
                <Text c="red" size="sm" role="alert" style={{ flex: '1 1 200px' }}>
                  {messageOf(save.error)}
                </Text>
              )}
              {isDirty && (
                <Button
                  variant="subtle"
                  color="gray"
                  onClick={() => {
                    save.reset();
                    form.reset();
                  }}
                >
                  Discard
                </Button>
              )}
              <GuardedButton
                type="submit"
                refusal={refusal ?? (isDirty ? null : 'Nothing is changed.')}
                loading={save.isPending}
              >
                Save settings
              </GuardedButton>
            </Group>
          </Stack>
        </fieldset>
      </form>
      {/* Outside of the form: its own form would submit that one too. */}
      <ClearCache project={project} opened={clearing} onClose={keepCache} />
    </>
  );
}

/** Lets the browser ask before it leaves the page while something is not saved. */
function useLeaveQuestion(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) {
      return undefined;
    }
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
