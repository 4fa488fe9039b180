'use client';

import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { notifyDone } from '../../ui/notify';
import { useProject } from '../projects/current-project';
import { LimitForm } from './limit-form';
import {
  changeLane,
  type Lane,
  type LaneLimits,
  type LaneName,
  limitLane,
  refreshLanes,
} from './queries';

/** Action on a lane that the user has chosen. */
export type LaneIntent =
  | {
      readonly kind: 'limit';
      readonly lane: LaneName & Partial<Pick<Lane, 'limits'>>;
      /** Models that are offered. */
      readonly models: readonly string[];
      /** Whether the model was chosen with the action. */
      readonly isNamed: boolean;
    }
  | { readonly kind: 'stop'; readonly lane: LaneName };

/**
 * Dialogs that carry out an action on a lane.
 *
 * @param intent the chosen action; null for none
 * @param lanes all lanes of the project, with their limits
 * @param onClose called when the dialog closes
 */
export function LaneDialogs({
  intent,
  lanes,
  onClose,
}: {
  intent: LaneIntent | null;
  lanes: readonly Lane[];
  onClose: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const finish = async (message: string): Promise<void> => {
    notifyDone(message);
    await refreshLanes(client, projectId);
    onClose();
  };
  const limit = async (lane: LaneName, limits: LaneLimits): Promise<void> => {
    const { limits: set } = await limitLane(projectId, lane, limits);
    await finish(
      set === null
        ? `${nameOf(lane)} has no limits by hand.`
        : `The limits of ${nameOf(lane)} are set. They count within about a second.`,
    );
  };
  const stop = async (lane: LaneName): Promise<void> => {
    await changeLane(projectId, lane, 'open');
    await finish(`${nameOf(lane)} is not called any more.`);
  };
  return (
    <>
      <Modal
        opened={intent?.kind === 'limit'}
        onClose={onClose}
        title={<b>Limits of {intent === null ? '' : titleOf(intent)}</b>}
      >
        {intent?.kind === 'limit' && (
          <LimitForm intent={intent} lanes={lanes} onSave={limit} onCancel={onClose} />
        )}
      </Modal>
      <ConfirmDialog
        confirmation={
          intent?.kind === 'stop' ? stopQuestion(intent.lane, () => stop(intent.lane)) : null
        }
        onClose={onClose}
      />
    </>
  );
}

const nameOf = ({ provider, model }: LaneName): string =>
  model === null ? provider : `${provider}/${model}`;

const titleOf = (intent: LaneIntent): string =>
  intent.kind === 'limit' && !intent.isNamed ? intent.lane.provider : nameOf(intent.lane);

function stopQuestion(lane: LaneName, onConfirm: () => Promise<unknown>): Confirmation {
  return {
    title: `Stop calling ${nameOf(lane)}?`,
    action: 'Stop the calls',
    onConfirm,
    children: (
      <>
        Within about a second, no call {lane.model === null ? 'to the provider' : 'of the model'}{' '}
        begins any more. Calls under way go on. Requests with a fallback go on with it. The others
        wait until somebody starts the calls again, or fail at their deadline.
      </>
    ),
  };
}
