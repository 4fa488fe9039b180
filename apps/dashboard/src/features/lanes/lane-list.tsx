'use client';

import { Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconGauge, IconPlayerPlay, IconPlayerStop, IconStethoscope } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { GuardedButton } from '../../ui/guarded';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import type { LaneIntent } from './lane-dialogs';
import {
  canStart,
  laneWords,
  learnedWords,
  limitWords,
  paceWords,
  stateWords,
  waitingWords,
  whyWords,
} from './lane-words';
import classes from './lanes.module.css';
import { changeLane, type Lane, refreshLanes } from './queries';

/**
 * Lanes of a provider that have something to show.
 *
 * @param provider name of the provider
 * @param lanes its lanes
 * @param refusal reason for which the user can't change them, or null
 * @param onIntent called with the action that the user chooses
 */
export function LaneList({
  provider,
  lanes,
  refusal,
  onIntent,
}: {
  provider: string;
  lanes: readonly Lane[];
  refusal: string | null;
  onIntent: (intent: LaneIntent) => void;
}): ReactElement | null {
  return lanes.length === 0 ? null : (
    <ul className={classes['list']} aria-label={`Models of ${provider} that are not as usual`}>
      {lanes.map((lane) => (
        <LaneItem key={lane.model ?? ''} lane={lane} refusal={refusal} onIntent={onIntent} />
      ))}
    </ul>
  );
}

function LaneItem({
  lane,
  refusal,
  onIntent,
}: {
  lane: Lane;
  refusal: string | null;
  onIntent: (intent: LaneIntent) => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const name = laneWords(lane);
  const change = useMutation({
    mutationFn: (action: 'close' | 'probe') => changeLane(projectId, lane, action),
    onSuccess: (_lane, action) => {
      notifyDone(action === 'close' ? `The calls of ${name} go on.` : 'A probe is due.');
      return refreshLanes(client, projectId);
    },
    onError: notifyFailed,
  });
  const state = stateWords(lane);
  const why = whyWords(lane);
  const buttonProps = { size: 'compact-xs', variant: 'default', refusal } as const;
  return (
    <li className={classes['lane']} data-lane={lane.model ?? ''}>
      <div className={classes['about']}>
        <div className={classes['title']}>
          <span className={lane.model === null ? undefined : classes['model']}>{name}</span>
          <Pill tone={state.tone}>{state.words}</Pill>
          <Text span size="sm" c="dimmed">
            {why !== null && <>{why}, </>}
            since <Time at={lane.since} />
          </Text>
        </div>
        <LaneFacts lane={lane} />
      </div>
      <Group gap={6}>
        {lane.phase === 'open' && (
          <GuardedButton
            {...buttonProps}
            loading={change.isPending && change.variables === 'probe'}
            leftSection={<IconStethoscope size={13} />}
            aria-label={`Probe ${name}`}
            onClick={() => change.mutate('probe')}
          >
            Probe
          </GuardedButton>
        )}
        {canStart(lane) && (
          <GuardedButton
            {...buttonProps}
            loading={change.isPending && change.variables === 'close'}
            leftSection={<IconPlayerPlay size={13} />}
            aria-label={`Start ${name}`}
            onClick={() => change.mutate('close')}
          >
            Start
          </GuardedButton>
        )}
        {(lane.phase !== 'open' || lane.reason !== 'by_hand') && (
          <GuardedButton
            {...buttonProps}
            leftSection={<IconPlayerStop size={13} />}
            aria-label={`Stop ${name}`}
            onClick={() => onIntent({ kind: 'stop', lane })}
          >
            Stop
          </GuardedButton>
        )}
        <GuardedButton
          {...buttonProps}
          leftSection={<IconGauge size={13} />}
          aria-label={`Limits of ${name}`}
          onClick={() => onIntent({ kind: 'limit', lane, models: [], isNamed: true })}
        >
          Limits
        </GuardedButton>
      </Group>
    </li>
  );
}

function LaneFacts({ lane }: { lane: Lane }): ReactElement {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Pace', paceWords(lane)],
    ['Learned limit', learnedWords(lane)],
    ['Limits by hand', limitWords(lane.limits)],
    ['Waiting', waitingWords(lane)],
    ['Under way', String(lane.running_calls)],
    ['Next probe', lane.probe_at === null ? null : <Time at={lane.probe_at} />],
    ['Held until', lane.hold_until === null ? null : <Time at={lane.hold_until} />],
  ];
  return (
    <dl className={classes['facts']}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
