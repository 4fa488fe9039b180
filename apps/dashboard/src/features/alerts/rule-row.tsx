'use client';

import { ActionIcon, Button, Group, Menu, Switch, Table, Text, Tooltip } from '@mantine/core';
import { IconDots, IconPencil, IconRotate, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { conditionText, subjectsText, valueText } from './alert-words';
import type { AlertRule } from './queries';
import type { RuleIntent } from './rule-dialogs';

/**
 * Row of an alert rule with its actions.
 *
 * @param rule the rule
 * @param refusal reason for which the user can't change rules, or null
 * @param onIntent called with the action that the user chooses
 * @param onTest sends a test notification
 * @param onSwitch switches the rule on or off
 */
export function RuleRow({
  rule,
  refusal,
  onIntent,
  onTest,
  onSwitch,
}: {
  rule: AlertRule;
  refusal: string | null;
  onIntent: (intent: RuleIntent) => void;
  onTest: () => void;
  onSwitch: (enabled: boolean) => void;
}): ReactElement {
  const { firing } = rule;
  const webhook = rule.webhook_url === null ? [] : [new URL(rule.webhook_url).host];
  return (
    <Table.Tr data-rule={rule.name}>
      <Table.Td fw={550}>{rule.name}</Table.Td>
      <Table.Td>
        {!rule.enabled ? (
          <Pill tone="gray">off</Pill>
        ) : firing === null ? (
          <Pill tone="green">quiet</Pill>
        ) : (
          <>
            <Pill tone="red" live>
              firing
            </Pill>
            <Text size="xs" c="dimmed">
              <Time at={firing.since} /> {subjectsText(firing.subjects)}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td>{conditionText(rule)}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{valueText(rule.kind, rule.value)}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {[...rule.recipients, ...webhook].join(', ') || 'nobody'}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Switch
            size="sm"
            checked={rule.enabled}
            disabled={refusal !== null}
            aria-label={`Evaluate ${rule.name}`}
            onChange={(event) => onSwitch(event.currentTarget.checked)}
          />
          <Tooltip label={refusal ?? 'Send a test notification'}>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Test ${rule.name}`}
              onClick={refusal === null ? onTest : undefined}
              {...(refusal !== null && { 'data-disabled': true, 'aria-disabled': true })}
            >
              Test
            </Button>
          </Tooltip>
          <Menu position="bottom-end" shadow="md" width={180} disabled={refusal !== null}>
            <Menu.Target>
              <Tooltip label={refusal ?? 'Change this rule'}>
                <ActionIcon
                  aria-label={`Change the rule ${rule.name}`}
                  {...(refusal !== null && { 'data-disabled': true, 'aria-disabled': true })}
                >
                  <IconDots size={17} />
                </ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconPencil size={15} />}
                onClick={() => onIntent({ kind: 'edit', rule })}
              >
                Edit
              </Menu.Item>
              {rule.webhook_url !== null && (
                <Menu.Item
                  leftSection={<IconRotate size={15} />}
                  onClick={() => onIntent({ kind: 'rotate', rule })}
                >
                  Rotate secret
                </Menu.Item>
              )}
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={15} />}
                onClick={() => onIntent({ kind: 'remove', rule })}
              >
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
