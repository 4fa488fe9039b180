'use client';

import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlugConnected } from '@tabler/icons-react';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { useProject } from '../projects/current-project';
import { fieldProblem } from '../settings/change-project';
import type { Provider } from './queries';
import { TestResult } from './test-result';

/**
 * Form for the next key of a provider. The key can be tested before it is used.
 *
 * @param provider the provider
 * @param onRotate stores the key
 * @param onCancel called when the user cancels
 */
export function RotateProviderKey({
  provider,
  onRotate,
  onCancel,
}: {
  provider: Provider;
  onRotate: (apiKey: string) => Promise<unknown>;
  onCancel: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const [apiKey, setApiKey] = useState('');
  const [isMissing, setMissing] = useState(false);
  const rotate = useMutation({ mutationFn: onRotate });
  const test = useMutation({
    mutationFn: () =>
      take(
        api.POST('/admin/projects/{project_id}/providers/{name}/test', {
          params: { path: { project_id: projectId, name: provider.name } },
          body: { api_key: apiKey },
        }),
      ),
  });
  const problem = rotate.error ?? test.error;
  const isAtField = problem instanceof ApiError && problem.param === 'api_key';
  const withKey = (run: () => void): void => {
    setMissing(apiKey === '');
    rotate.reset();
    if (apiKey !== '') {
      run();
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    test.reset();
    withKey(() => rotate.mutate(apiKey));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">
          All calls use the new key within seconds. Revoke the old one
          {provider.key_last_four !== null && ` (…${provider.key_last_four})`} at the provider
          afterwards: calls that are under way still use it.
        </Text>
        <PasswordInput
          label="New key"
          description="Stored encrypted, shown to nobody, and sent to this server alone."
          autoComplete="off"
          data-autofocus
          value={apiKey}
          error={isMissing ? 'Paste the new key' : fieldProblem(problem, 'api_key')}
          onChange={(event) => {
            test.reset();
            setApiKey(event.currentTarget.value);
          }}
        />
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
            onClick={() => withKey(() => test.mutate())}
          >
            Test the new key
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={rotate.isPending}>
              Replace the key
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
