import { randomUUID } from 'node:crypto';

import type { AlertChannel, AlertDeliveryState, AlertEvent } from '@reqrun/contracts';
import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';
import type { NotificationFailure } from '@reqrun/providers';

import type { AlertMessage } from './message.js';

/** One try of a delivery. */
export interface DeliveryTry {
  /** ISO 8601. */
  at: string;
  failure: NotificationFailure | null;
  /** Status of the receiver's answer, of HTTP or SMTP; null where there was none. */
  status: number | null;
}

/** A delivery, as people see it. */
export interface AlertDelivery {
  id: string;
  alertId: string | null;
  event: AlertEvent;
  channel: AlertChannel;
  /** Address of an e-mail; null for a webhook. */
  recipient: string | null;
  state: AlertDeliveryState;
  createdAt: Date;
  endedAt: Date | null;
  /** When it is tried next; null when it has ended. */
  nextAttemptAt: Date | null;
  tries: DeliveryTry[];
}

/** An alert with its deliveries, as people see it. */
export interface AlertRecord {
  id: string;
  ruleId: string;
  ruleName: string;
  kind: string;
  threshold: number | null;
  startedAt: Date;
  resolvedAt: Date | null;
  peakValue: number | null;
  lastValue: number | null;
  subjects: unknown[];
  deliveries: AlertDelivery[];
}

/** Receivers of a rule. */
export interface Receivers {
  readonly recipients: readonly string[];
  readonly hasWebhook: boolean;
}

/** $1 ids, $2 channels, $3 recipients, $4 rule, $5 alert, $6 project, $7 event, $8 message */
const ADD = `
INSERT INTO alert_deliveries (id, rule_id, alert_id, project_id, event, channel, recipient, message)
SELECT d.id, $4::uuid, $5::uuid, $6::uuid, $7::text, d.channel, nullif(d.recipient, ''), $8::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS d (id, channel, recipient)`;

const COLUMNS = `d.id, d.alert_id AS "alertId", d.event, d.channel, d.recipient, d.state, d.created_at AS "createdAt",
  d.ended_at AS "endedAt", CASE WHEN d.state = 'pending' THEN d.next_attempt_at END AS "nextAttemptAt", d.tries`;

/** $1 rule, $2 rows */
const LIST_OF_RULE = `
SELECT ${COLUMNS} FROM alert_deliveries d WHERE d.rule_id = $1::uuid
ORDER BY d.created_at DESC, d.id DESC LIMIT $2::int`;

/** $1 project, $2 rows, $3 alert that the page begins behind, or null */
const LIST_ALERTS = `
SELECT a.id, a.rule_id AS "ruleId", r.name AS "ruleName", a.kind, a.threshold, a.started_at AS "startedAt",
       a.resolved_at AS "resolvedAt", a.peak_value AS "peakValue", a.last_value AS "lastValue", a.subjects
FROM alerts a JOIN alert_rules r ON r.id = a.rule_id
WHERE a.project_id = $1::uuid AND ($3::uuid IS NULL OR (a.started_at, a.id) <
  (SELECT c.started_at, c.id FROM alerts c WHERE c.id = $3::uuid AND c.project_id = $1::uuid))
ORDER BY a.started_at DESC, a.id DESC LIMIT $2::int`;

/** $1 alerts */
const LIST_OF_ALERTS = `
SELECT ${COLUMNS} FROM alert_deliveries d WHERE d.alert_id = ANY ($1::uuid[]) ORDER BY d.created_at, d.id`;

/** Notifications and alerts as people see them. */
export class AlertDeliveryStore {
  /** @param on the database, or a transaction on one of its connections */
  constructor(private readonly on: SqlRunner) {}

  /**
   * The same deliveries inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): AlertDeliveryStore {
    return new AlertDeliveryStore(transaction);
  }

  /**
   * Orders a notification to all receivers of a rule. A worker sends it.
   *
   * @param message the notification
   * @param receivers the receivers
   * @returns number of deliveries
   * @throws DatabaseError
   */
  async add(message: AlertMessage, { recipients, hasWebhook }: Receivers): Promise<number> {
    const receivers: { channel: AlertChannel; recipient: string }[] = [
      ...recipients.map((recipient) => ({ channel: 'email' as const, recipient })),
      ...(hasWebhook ? [{ channel: 'webhook' as const, recipient: '' }] : []),
    ];
    const { rule, alert, project } = message.data;
    await this.rows(ADD, [
      receivers.map(() => randomUUID()),
      receivers.map(({ channel }) => channel),
      receivers.map(({ recipient }) => recipient),
      ...[rule.id, alert?.id ?? null, project.id, message.type, JSON.stringify(message)],
    ]);
    return receivers.length;
  }

  /**
   * The latest deliveries of a rule, tests among them, newest first.
   *
   * @param ruleId UUID of the rule
   * @param limit how many at most
   * @throws DatabaseError
   */
  async list(ruleId: string, limit: number): Promise<AlertDelivery[]> {
    return this.rows<AlertDelivery>(LIST_OF_RULE, [ruleId, limit]);
  }

  /**
   * Alerts of a project with their deliveries, newest first.
   *
   * @param projectId UUID of the project
   * @param limit how many at most
   * @param after UUID of the alert that the page begins behind
   * @throws DatabaseError
   */
  async listAlerts(
    projectId: string,
    limit: number,
    after: string | null = null,
  ): Promise<AlertRecord[]> {
    const alerts = await this.rows<Omit<AlertRecord, 'deliveries'>>(LIST_ALERTS, [
      ...[projectId, limit, after],
    ]);
    const deliveries = await this.rows<AlertDelivery>(LIST_OF_ALERTS, [alerts.map(({ id }) => id)]);
    return alerts.map((alert) => ({
      ...alert,
      deliveries: deliveries.filter(({ alertId }) => alertId === alert.id),
    }));
  }

  private async rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.on.query(text, values)).rows as Row[];
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}
