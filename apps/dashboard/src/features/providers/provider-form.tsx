'use client';

import {
  Button,
  Group,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { IconPlugConnected } from '@tabler/icons-react';
import type { AutoOrOff, ProviderKind, StreamUsage } from '@reqrun/contracts';
import type { ReactElement } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { useProject } from '../projects/current-project';
import { fieldProblem } from '../settings/change-project';
import { KIND_OPTIONS, kindWords } from './kinds';
import {
  draftOf,
  fieldsOf,
  keepWords,
  keyProblem,
  nameProblem,
  newDraft,
  ofKind,
  type ProviderDraft,
} from './provider-draft';
import type { Provider } from './queries';
import { TestResult } from './test-result';

/** Largest number of models in a list. */
const MAX_MODELS = 200;

const USAGE_OPTIONS: { value: StreamUsage; label: string }[] = [
  { value: 'auto', label: 'Automatic: OpenAI alone' },
  { value: 'always', label: 'Always' },
  { value: 'never', label: 'Never' },
];

const AUTO_OPTIONS: { value: AutoOrOff; label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  { value: 'off', label: 'Off' },
];

/**
 * Form for a provider: a new one, or one that is changed.
 *
 * @param stored the provider as it is stored; null for a new one
 * @param others names of the project's other providers
 * @param onSave stores the values
 * @param onCancel called when the user cancels
 */
export function ProviderForm({
  stored,
  others,
  onSave,
  onCancel,
}: {
  stored: Provider | null;
  others: readonly string[];
  onSave: (draft: ProviderDraft) => Promise<unknown>;
  onCancel: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const save = useMutation({ mutationFn: onSave });
  const test = useMutation({
    mutationFn: (draft: ProviderDraft) => {
      const body = fieldsOf(draft);
      return take(
        stored === null
          ? api.POST('/admin/projects/{project_id}/providers/test', {
              params: { path: { project_id: projectId } },
              body,
            })
          : api.POST('/admin/projects/{project_id}/providers/{name}/test', {
              params: { path: { project_id: projectId, name: stored.name } },
              body,
            }),
      );
    },
  });
  const forget = (): void => {
    save.reset();
    test.reset();
  };
  const form = useForm<ProviderDraft>({
    initialValues: stored === null ? newDraft(others) : draftOf(stored),
    // A result is about the values that were tested.
    onValuesChange: forget,
    validate: {
      name: (name) => (stored === null ? nameProblem(name, others) : null),
      baseUrl: (url) => (url.trim() === '' ? 'It needs an address' : null),
      apiKey: (_key, draft) => keyProblem(stored, draft),
    },
  });
  const { kind, models, name } = form.values;
  const problem = save.error ?? test.error;
  const isAtField = problem instanceof ApiError && problem.param !== null;
  const words = kindWords(kind);
  const asked = (field: keyof ProviderDraft, param: string) => ({
    ...form.getInputProps(field),
    error: form.errors[field] ?? fieldProblem(problem, param),
  });
  return (
    <form
      onSubmit={form.onSubmit((draft) => {
        forget();
        save.mutate(draft);
      })}
      noValidate
    >
      <Stack gap="md">
        <Select
          label="Kind"
          description="Decides where the key stands, and what a path looks like"
          data={KIND_OPTIONS}
          data-autofocus={stored === null ? true : undefined}
          {...form.getInputProps('kind')}
          onChange={(value) => form.setValues(ofKind(form.values, value as ProviderKind, others))}
        />
        {stored === null && (
          <TextInput
            label="Name"
            description={
              <>
                Requests name it before the model:{' '}
                <code>{`${name.trim() || 'name'}/${words.modelExample}`}</code>. It cannot be
                changed later.
              </>
            }
            autoComplete="off"
            spellCheck={false}
            {...asked('name', 'name')}
          />
        )}
        <TextInput
          label="Base URL"
          description={kind === 'azure' ? 'The address of the resource' : 'With its /v1'}
          placeholder={words.baseUrlExample}
          type="url"
          autoComplete="off"
          {...asked('baseUrl', 'base_url')}
        />
        {kind === 'azure' && (
          <TextInput
            label="API version"
            description="With one, such as 2024-10-21, a model is the name of a deployment. Without one, Azure's v1 API is called."
            placeholder="none: the v1 API"
            autoComplete="off"
            {...asked('apiVersion', 'api_version')}
          />
        )}
        <PasswordInput
          label="API key"
          description={
            stored === null
              ? 'Stored encrypted, shown to nobody, and sent to this server alone.'
              : keepWords(stored)
          }
          placeholder={stored === null ? '' : 'unchanged'}
          autoComplete="off"
          {...asked('apiKey', 'api_key')}
        />
        <TagsInput
          label="Models"
          description="The only ones that it is called with. Empty: any. Requests for others are refused."
          placeholder={models.length === 0 ? words.modelExample : ''}
          maxTags={MAX_MODELS}
          splitChars={[',']}
          {...asked('models', 'models')}
        />
        <Select
          label="Ask streams for their usage"
          description="Where the caller does not ask, so that records have it. Some servers answer such a call with an error."
          data={USAGE_OPTIONS}
          {...form.getInputProps('streamUsage')}
        />
        <Select
          label="Slow down for its limits"
          description="Requests wait when the provider tells of a limit. Off: they are sent, and may be refused."
          data={AUTO_OPTIONS}
          allowDeselect={false}
          {...form.getInputProps('pacing')}
        />
        <Select
          label="Pause when it fails"
          description="Its calls are slowed or stopped while it fails. Off: each request fails by itself."
          data={AUTO_OPTIONS}
          allowDeselect={false}
          {...form.getInputProps('breaker')}
        />
        {stored === null && others.length > 0 && (
          <Switch
            label="Set as default"
            description="Requests that name no provider go to it."
            {...form.getInputProps('isDefault', { type: 'checkbox' })}
          />
        )}
        {problem !== null && !isAtField && (
          <Text c="red" size="sm" role="alert">
            {messageOf(problem)}
          </Text>
        )}
        <TestResult result={test.data} error={null} />
        <Group justify="space-between" gap="xs">
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={16} />}
            loading={test.isPending}
            onClick={() => {
              forget();
              if (!form.validate().hasErrors) {
                test.mutate(form.values);
              }
            }}
          >
            Test
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {stored === null ? 'Add provider' : 'Save provider'}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
