'use client';

import { ActionIcon, Group, Menu, Text, Title, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import {
  IconDots,
  IconKey,
  IconPencil,
  IconPlugConnected,
  IconStar,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { api, take } from '../../api/client';
import { GuardedButton } from '../../ui/guarded';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import { kindWords } from './kinds';
import classes from './providers.module.css';
import type { ProviderIntent } from './provider-dialogs';
import type { Provider } from './queries';
import { TestResult } from './test-result';
import { modelsWords } from './test-words';

/**
 * One provider: where it is, what it serves, the end of its key, its test, and its other actions.
 *
 * @param provider the provider
 * @param isOnly whether the project has no other
 * @param refusal reason for which the user can't change providers, or null
 * @param onIntent called with the action that the user chooses
 */
export function ProviderItem({
  provider,
  isOnly,
  refusal,
  onIntent,
}: {
  provider: Provider;
  isOnly: boolean;
  refusal: string | null;
  onIntent: (intent: ProviderIntent) => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const { name, key_last_four: end, api_version: version } = provider;
  const test = useMutation({
    mutationFn: () =>
      take(
        api.POST('/admin/projects/{project_id}/providers/{name}/test', {
          params: { path: { project_id: projectId, name } },
          body: {},
        }),
      ),
  });
  return (
    <li className={classes['item']} data-provider={name}>
      <div className={classes['head']}>
        <div className={classes['name']}>
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          {provider.is_default && <Pill tone="violet">default</Pill>}
          <Text size="sm" c="dimmed">
            {kindWords(provider.kind).label}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          <GuardedButton
            size="xs"
            variant="default"
            refusal={refusal}
            loading={test.isPending}
            leftSection={<IconPlugConnected size={14} />}
            aria-label={`Test ${name}`}
            onClick={() => test.mutate()}
          >
            Test
          </GuardedButton>
          <GuardedButton
            size="xs"
            variant="default"
            refusal={refusal}
            leftSection={<IconPencil size={14} />}
            aria-label={`Edit ${name}`}
            onClick={() => onIntent({ kind: 'edit', provider })}
          >
            Edit
          </GuardedButton>
          <More provider={provider} isOnly={isOnly} refusal={refusal} onIntent={onIntent} />
        </Group>
      </div>
      <dl className={classes['facts']}>
        <div>
          <dt>Base URL</dt>
          <dd className={classes['mono']}>
            {provider.base_url}
            {version !== null && <>, API version {version}</>}
          </dd>
        </div>
        <div>
          <dt>Models</dt>
          <dd title={provider.models.join(', ')}>{modelsWords(provider.models)}</dd>
        </div>
        <div>
          <dt>Key</dt>
          <dd>
            {end === null ? (
              'none, or too short to show'
            ) : (
              <span className={classes['mono']}>…{end}</span>
            )}{' '}
            <Text span size="xs" c="dimmed">
              changed <Time at={provider.updated_at} />
            </Text>
          </dd>
        </div>
      </dl>
      {(test.data !== undefined || test.error !== null) && (
        <div style={{ marginTop: 10 }}>
          <TestResult result={test.data} error={test.error} />
        </div>
      )}
    </li>
  );
}

function More({
  provider,
  isOnly,
  refusal,
  onIntent,
}: {
  provider: Provider;
  isOnly: boolean;
  refusal: string | null;
  onIntent: (intent: ProviderIntent) => void;
}): ReactElement {
  const isNeeded = provider.is_default && !isOnly;
  return (
    <Menu position="bottom-end" shadow="md" width={230} disabled={refusal !== null}>
      <Menu.Target>
        <Tooltip label={refusal ?? 'More'}>
          <ActionIcon
            size={30}
            aria-label={`More actions for ${provider.name}`}
            {...(refusal !== null && { 'data-disabled': true, 'aria-disabled': true })}
          >
            <IconDots size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconKey size={15} />}
          onClick={() => onIntent({ kind: 'rotate', provider })}
        >
          Replace the key…
        </Menu.Item>
        {!provider.is_default && (
          <Menu.Item
            leftSection={<IconStar size={15} />}
            onClick={() => onIntent({ kind: 'default', provider })}
          >
            Set as default…
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconTrash size={15} />}
          {...(isNeeded
            ? { 'aria-disabled': true, closeMenuOnClick: false, c: 'dimmed' }
            : { color: 'red' })}
          onClick={() => {
            if (!isNeeded) {
              onIntent({ kind: 'remove', provider });
            }
          }}
        >
          Remove…
          {isNeeded && <Text size="xs">Set another one as default first.</Text>}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
