'use client';

import { Paper } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconBell, IconPlus } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { DataTable } from '../../ui/data-table';
import { GuardedButton } from '../../ui/guarded';
import { notifyFailed } from '../../ui/notify';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { AlertHistory } from './alert-history';
import { AlertTest } from './alert-test';
import { type AlertRule, alertRulesQuery, changeRule, refreshAlerts, testRule } from './queries';
import { RuleDialogs, type RuleIntent } from './rule-dialogs';
import { RuleRow } from './rule-row';

const HEAD = ['Rule', 'State', 'Fires', 'Now', 'Tells', ''];

/** Page of a project's alert rules and alerts. */
export function Alerts(): ReactElement {
  const { id: projectId } = useProject();
  const refusal = useRefusal('owner');
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(alertRulesQuery(projectId));
  const [intent, setIntent] = useState<RuleIntent | null>(null);
  const [tested, setTested] = useState<AlertRule | null>(null);
  const test = async (rule: AlertRule): Promise<void> => {
    try {
      await testRule(projectId, rule.id);
      setTested(rule);
    } catch (failure) {
      notifyFailed('The test was not sent', failure);
    }
  };
  const setEnabled = async (rule: AlertRule, enabled: boolean): Promise<void> => {
    try {
      await changeRule(projectId, rule.id, { enabled });
    } catch (failure) {
      notifyFailed('The rule was not changed', failure);
    }
    await refreshAlerts(client, projectId);
  };
  const create = (
    <GuardedButton
      refusal={refusal}
      leftSection={<IconPlus size={16} />}
      onClick={() => setIntent({ kind: 'edit', rule: null })}
    >
      New rule
    </GuardedButton>
  );
  return (
    <Page
      title="Alerts"
      description="Rules tell people by e-mail and webhook. Nothing of a prompt is in what they send."
      actions={create}
    >
      <Paper style={{ overflow: 'hidden' }}>
        {data === undefined ? (
          error === null ? (
            <LoadingRows />
          ) : (
            <div style={{ padding: 16 }}>
              <ErrorState error={error} what="The rules" onRetry={() => void refetch()} />
            </div>
          )
        ) : data.data.length === 0 ? (
          <EmptyState icon={<IconBell size={24} />} title="No rule yet" action={create}>
            Create one to hear of failures, waiting requests, open breakers and stale keys.
          </EmptyState>
        ) : (
          <DataTable label="Rules" head={HEAD} minWidth={860}>
            {data.data.map((rule) => (
              <RuleRow
                key={rule.id}
                rule={rule}
                refusal={refusal}
                onIntent={setIntent}
                onTest={() => void test(rule)}
                onSwitch={(enabled) => void setEnabled(rule, enabled)}
              />
            ))}
          </DataTable>
        )}
      </Paper>
      <AlertHistory />
      <RuleDialogs
        intent={intent}
        hasMail={data?.email_available ?? false}
        onClose={() => setIntent(null)}
      />
      <AlertTest rule={tested} onClose={() => setTested(null)} />
    </Page>
  );
}
