'use client';

import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { DataTable } from '../../ui/data-table';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import { deliveryText, subjectsText, valueText } from './alert-words';
import { type AlertDelivery, alertsQuery } from './queries';

/** Alerts of a project, newest first, with their notifications. */
export function AlertHistory(): ReactElement {
  const { id: projectId } = useProject();
  const { data, error, refetch } = useQuery(alertsQuery(projectId));
  return (
    <Section title="History" description="Alerts are kept for 90 days after they are over." flush>
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={3} />
        ) : (
          <div style={{ padding: 16 }}>
            <ErrorState error={error} what="The history" onRetry={() => void refetch()} />
          </div>
        )
      ) : data.length === 0 ? (
        <Text c="dimmed" size="sm" px="md" pb="md">
          No rule has fired.
        </Text>
      ) : (
        <DataTable
          label="History"
          head={['Rule', 'State', 'Began', 'Over', 'Peak', 'Notifications']}
          minWidth={760}
        >
          {data.map((alert) => (
            <Table.Tr key={alert.id} data-alert={alert.rule_name}>
              <Table.Td fw={550}>
                {alert.rule_name}
                <Text size="xs" c="dimmed">
                  {subjectsText(alert.subjects)}
                </Text>
              </Table.Td>
              <Table.Td>
                {alert.resolved_at === null ? (
                  <Pill tone="red" live>
                    firing
                  </Pill>
                ) : (
                  <Pill tone="gray">over</Pill>
                )}
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Time at={alert.started_at} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Time at={alert.resolved_at} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {valueText(alert.kind, alert.peak_value)}
              </Table.Td>
              <Table.Td>
                <DeliveryLines deliveries={alert.deliveries} />
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
    </Section>
  );
}

const EVENTS: Readonly<Record<AlertDelivery['event'], string>> = {
  'alert.fired': 'fired',
  'alert.reminder': 'reminder',
  'alert.resolved': 'resolved',
  'alert.test': 'test',
};

/**
 * Lines of notifications, with how each is doing.
 *
 * @param deliveries the notifications
 */
export function DeliveryLines({
  deliveries,
}: {
  deliveries: readonly AlertDelivery[];
}): ReactElement {
  return (
    <>
      {deliveries.length === 0 && (
        <Text size="xs" c="dimmed">
          nobody was told
        </Text>
      )}
      {deliveries.map((delivery) => (
        <Text key={delivery.id} size="xs" style={{ overflowWrap: 'anywhere' }}>
          {EVENTS[delivery.event]} to {delivery.recipient ?? 'the webhook'}:{' '}
          <Text span inherit {...(delivery.state === 'failed' && { c: 'red.8' })}>
            {deliveryText(delivery)}
          </Text>
        </Text>
      ))}
    </>
  );
}
