'use client';

import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { ConfirmDialog } from '../../ui/confirm';
import { notifyDone } from '../../ui/notify';
import { SecretDialog } from '../../ui/secret-dialog';
import { useProject } from '../projects/current-project';
import {
  type AlertRule,
  changeRule,
  createRule,
  type NewAlertRule,
  refreshAlerts,
  removeRule,
  rotateSecret,
} from './queries';
import { RuleForm } from './rule-form';

/** Action on an alert rule that the user has chosen; a rule of null is a new one. */
export type RuleIntent =
  | { readonly kind: 'edit'; readonly rule: AlertRule | null }
  | { readonly kind: 'rotate' | 'remove'; readonly rule: AlertRule };

/**
 * Dialogs that carry out an action on an alert rule.
 *
 * @param intent the chosen action; null for none
 * @param hasMail whether the server can send e-mails
 * @param onClose called when the dialog closes
 */
export function RuleDialogs({
  intent,
  hasMail,
  onClose,
}: {
  intent: RuleIntent | null;
  hasMail: boolean;
  onClose: () => void;
}): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const save = async (rule: AlertRule | null, body: NewAlertRule): Promise<void> => {
    const { kind, ...changes } = body;
    const saved =
      rule === null
        ? await createRule(projectId, { ...changes, kind })
        : await changeRule(projectId, rule.id, changes);
    notifyDone(`${saved.name} is saved.`);
    await refreshAlerts(client, projectId);
    onClose();
    setSecret(saved.signing_secret);
  };
  return (
    <>
      <Modal
        opened={intent?.kind === 'edit'}
        onClose={onClose}
        title={<b>{intent?.rule ? `Edit ${intent.rule.name}` : 'New alert rule'}</b>}
      >
        {intent?.kind === 'edit' && (
          <RuleForm
            rule={intent.rule}
            hasMail={hasMail}
            onSave={(body) => save(intent.rule, body)}
            onCancel={onClose}
          />
        )}
      </Modal>
      <ConfirmDialog
        confirmation={
          intent?.kind === 'remove'
            ? {
                title: `Delete ${intent.rule.name}?`,
                action: 'Delete rule',
                children: 'Its alerts are deleted too. Notifications that wait are dropped.',
                onConfirm: async () => {
                  await removeRule(projectId, intent.rule.id);
                  await refreshAlerts(client, projectId);
                },
              }
            : intent?.kind === 'rotate'
              ? {
                  title: 'Make another signing secret?',
                  action: 'Rotate secret',
                  isHarmless: true,
                  children: 'For a day, notifications are signed with both secrets.',
                  onConfirm: async () => {
                    const rotated = await rotateSecret(projectId, intent.rule.id);
                    setSecret(rotated.signing_secret);
                  },
                }
              : null
        }
        onClose={onClose}
      />
      <SecretDialog
        secret={secret}
        title="Signing secret"
        note="This is shown once. It is kept encrypted, and nobody can show it again."
        onClose={() => setSecret(null)}
      />
    </>
  );
}
