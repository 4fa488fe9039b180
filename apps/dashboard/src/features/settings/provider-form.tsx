'use client';

import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlugConnected } from '@tabler/icons-react';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { ConfirmDialog } from '../../ui/confirm';
import { duration, plural } from '../../ui/format';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { CodeLink } from '../request/attempt-list';
import type { Project } from '../projects/queries';
import { useRefusal } from '../session/session';
import { fieldProblem, useProjectChange } from './change-project';

const OPENAI = 'https://api.openai.com/v1';

/**
 * Form for the provider of live requests: an OpenAI-compatible one, or the simulator.
 *
 * @param project the project
 */
export function ProviderForm({ project }: { project: Project }): ReactElement {
  const { provider } = project;
  const isSimulator = provider.kind === 'simulator';
  const refusal = useRefusal('owner');
  const params = { path: { project_id: project.id } };
  const [baseUrl, setBaseUrl] = useState(provider.base_url ?? '');
  const [apiKey, setApiKey] = useState('');
  const [removing, setRemoving] = useState(false);
  const draft = {
    base_url: baseUrl.trim() === '' ? OPENAI : baseUrl.trim(),
    ...(apiKey !== '' && { api_key: apiKey }),
  };
  const save = useProjectChange(
    () => take(api.PUT('/admin/projects/{project_id}/provider', { params, body: draft })),
    () => {
      setApiKey('');
      notifyDone('The provider is saved. New calls go there within seconds.');
    },
  );
  const remove = useProjectChange(
    () => take(api.DELETE('/admin/projects/{project_id}/provider', { params })),
    () => {
      setBaseUrl('');
      notifyDone('The project talks to the simulator.');
    },
  );
  const test = useMutation({
    mutationFn: () =>
      take(api.POST('/admin/projects/{project_id}/provider/test', { params, body: draft })),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const problem = save.error ?? test.error;
  const isUnnamed = problem !== null && !(problem instanceof ApiError && problem.param !== null);
  return (
    <div id="provider" style={{ scrollMarginTop: 72 }}>
      <Section
        title="Provider"
        description="Live keys call it. Test keys always call the simulator."
        actions={
          <Pill tone={isSimulator ? 'amber' : 'green'}>
            {isSimulator ? 'simulator' : 'configured'}
          </Pill>
        }
      >
        <form onSubmit={submit}>
          <fieldset disabled={refusal !== null} style={{ border: 0, margin: 0, padding: 0 }}>
            <Stack gap="md">
              <TextInput
                label="Base URL"
                description="With its /v1; any provider that speaks OpenAI's API"
                placeholder={OPENAI}
                type="url"
                value={baseUrl}
                error={fieldProblem(problem, 'base_url')}
                onChange={(event) => setBaseUrl(event.currentTarget.value)}
              />
              <PasswordInput
                label="API key"
                description={
                  provider.key_last_four === null ? (
                    'Stored encrypted; shown to nobody.'
                  ) : (
                    <>
                      Stored encrypted: …{provider.key_last_four}, set{' '}
                      <Time at={provider.updated_at} />. Leave empty to keep it.
                    </>
                  )
                }
                placeholder={provider.key_last_four === null ? 'sk-…' : '••••••••'}
                autoComplete="off"
                value={apiKey}
                error={fieldProblem(problem, 'api_key')}
                onChange={(event) => setApiKey(event.currentTarget.value)}
              />
              {isUnnamed && (
                <Text c="red" size="sm" role="alert">
                  {messageOf(problem)}
                </Text>
              )}
              {test.data !== undefined && <TestResult result={test.data} />}
              <Group justify="space-between">
                <Group gap="xs">
                  <GuardedButton
                    variant="default"
                    refusal={
                      refusal ??
                      (isSimulator && apiKey === '' ? 'Give a key to test it with.' : null)
                    }
                    loading={test.isPending}
                    leftSection={<IconPlugConnected size={16} />}
                    onClick={() => test.mutate()}
                  >
                    Test
                  </GuardedButton>
                  {!isSimulator && refusal === null && (
                    <Button variant="subtle" color="gray" onClick={() => setRemoving(true)}>
                      Use the simulator…
                    </Button>
                  )}
                </Group>
                <GuardedButton
                  type="submit"
                  refusal={
                    refusal ?? (isSimulator && apiKey === '' ? 'A new provider needs a key.' : null)
                  }
                  loading={save.isPending}
                >
                  Save provider
                </GuardedButton>
              </Group>
            </Stack>
          </fieldset>
        </form>
      </Section>
      <ConfirmDialog
        confirmation={
          removing
            ? {
                title: 'Use the simulator?',
                action: 'Delete the credential',
                children: (
                  <>
                    The stored key (…{provider.key_last_four}) is deleted. From then on{' '}
                    <b>live requests get made-up answers</b>, those that are waiting too.
                  </>
                ),
                onConfirm: () => remove.mutateAsync(undefined),
              }
            : null
        }
        onClose={() => setRemoving(false)}
      />
    </div>
  );
}

function TestResult({
  result,
}: {
  result: {
    ok: boolean;
    http_status: number | null;
    error_code: string | null;
    duration_ms: number;
    models: number | null;
  };
}): ReactElement {
  const { ok, http_status, error_code, duration_ms, models } = result;
  return (
    <Alert color={ok ? 'teal' : 'red'} role="status" p="sm">
      <Group gap="xs">
        <Text size="sm">
          {ok ? 'It works' : 'It does not work'}
          {http_status !== null && `: HTTP ${http_status}`} in {duration(duration_ms)}
          {models !== null && `, ${plural(models, 'model')}`}
        </Text>
        {error_code !== null && <CodeLink code={error_code} />}
      </Group>
    </Alert>
  );
}
