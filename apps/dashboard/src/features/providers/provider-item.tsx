'use client';

import { ActionIcon, Group, Menu, Text, Title, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import {
  IconDots,
  IconGauge,
  IconKey,
  IconPencil,
  IconPlayerStop,
  IconPlugConnected,
  IconStar,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { api, take } from '../../api/client';
import { GuardedButton } from '../../ui/guarded';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import type { LaneIntent } from '../lanes/lane-dialogs';
import { LaneList } from '../lanes/lane-list';
import type { Lane } from '../lanes/queries';
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
 * @param lanes its models that are not as usual
 * @param isOnly whether the project has no other
 * @param refusal reason for which the user can't change providers, or null
 * @param onIntent called with the action that the user chooses
 * @param onLaneIntent called with the action on its calls that the user chooses
 */
export function ProviderItem({
  provider,
  lanes,
  isOnly,
  refusal,
  onIntent,
  onLaneIntent,
}: {
  provider: Provider;
  lanes: readonly Lane[];
  isOnly: boolean;
  refusal: string | null;
  onIntent: (intent: ProviderIntent) => void;
  onLaneIntent: (intent: LaneIntent) => void;
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
          <More
            {...{ provider, isOnly, refusal, onIntent, onLaneIntent }}
            models={[
              ...new Set([...provider.models, ...lanes.flatMap(({ model }) => model ?? [])]),
            ]}
          />
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
      {(provider.pacing === 'off' || provider.breaker === 'off') && (
        <Text size="xs" c="dimmed" mt={8}>
          {offWords(provider)}
        </Text>
      )}
      <LaneList provider={name} lanes={lanes} refusal={refusal} onIntent={onLaneIntent} />
      {(test.data !== undefined || test.error !== null) && (
        <div style={{ marginTop: 10 }}>
          <TestResult result={test.data} error={test.error} />
        </div>
      )}
    </li>
  );
}

function offWords({ pacing, breaker }: Provider): string {
  const off = [
    ...(pacing === 'off' ? ['Limits that it tells of do not slow its calls.'] : []),
    ...(breaker === 'off' ? ['Its failures neither slow nor stop its calls.'] : []),
  ];
  return off.join(' ');
}

function More({
  provider,
  models,
  isOnly,
  refusal,
  onIntent,
  onLaneIntent,
}: {
  provider: Provider;
  /** Models of it that are known. */
  models: readonly string[];
  isOnly: boolean;
  refusal: string | null;
  onIntent: (intent: ProviderIntent) => void;
  onLaneIntent: (intent: LaneIntent) => void;
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
          leftSection={<IconGauge size={15} />}
          onClick={() =>
            onLaneIntent({
              ...{ kind: 'limit', models, isNamed: false },
              lane: { provider: provider.name, model: null },
            })
          }
        >
          Limit its calls…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlayerStop size={15} />}
          onClick={() =>
            onLaneIntent({ kind: 'stop', lane: { provider: provider.name, model: null } })
          }
        >
          Stop its calls…
        </Menu.Item>
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
