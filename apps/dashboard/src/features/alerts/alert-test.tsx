'use client';

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useProject } from '../projects/current-project';
import { DeliveryLines } from './alert-history';
import { type AlertRule, deliveriesQuery } from './queries';

/**
 * Dialog that shows how the latest notifications of a rule are doing, after a test.
 *
 * @param rule the rule; null for none
 * @param onClose called when the dialog closes
 */
export function AlertTest({
  rule,
  onClose,
}: {
  rule: AlertRule | null;
  onClose: () => void;
}): ReactElement {
  return (
    <Modal opened={rule !== null} onClose={onClose} title={<b>Test of {rule?.name}</b>}>
      {rule !== null && <Body rule={rule} onClose={onClose} />}
    </Modal>
  );
}

function Body({ rule, onClose }: { rule: AlertRule; onClose: () => void }): ReactElement {
  const { id: projectId } = useProject();
  const { data = [] } = useQuery(deliveriesQuery(projectId, rule.id));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        A worker sends the test now. The latest notifications of the rule, newest first:
      </Text>
      <div aria-live="polite">
        <DeliveryLines deliveries={data} />
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
