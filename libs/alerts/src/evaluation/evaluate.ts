import { randomUUID } from 'node:crypto';

import { inTransaction, type Pool, run } from '@reqrun/platform/database';

import { AlertDeliveryStore } from '../deliveries/delivery-store.js';
import { composeMessage } from '../deliveries/message.js';
import type { AlertEvent } from '@reqrun/contracts';
import type { AlertCondition, AlertRuleRow, AlertSubject } from '../rules/rule.js';
import type { Verdict } from './judge.js';

/** A rule that a worker has taken on to evaluate. */
export interface DueRule extends AlertCondition {
  readonly id: string;
  readonly projectId: string;
  /** True when the project is archived: nothing of it fires. */
  readonly isArchived: boolean;
  /** Time of the database. */
  readonly now: Date;
  /** Version of the rule. */
  readonly version: string;
}

/** Settings of the evaluation. */
export interface EvaluationSettings {
  /** Address of the dashboard, which notifications point to. */
  readonly dashboardUrl: string;
  /** Time for which the condition must not have held before an alert is over, in ms. */
  readonly clearAfterMs: number;
}

/** Rules per statement. */
const BATCH = 50;

/**
 * Takes on rules that are due, so that each is evaluated by one worker. $1 ms between two evaluations, $2 rows
 */
const TAKE_DUE = `
WITH due AS (
  SELECT r.id FROM alert_rules r JOIN projects p ON p.id = r.project_id
  WHERE r.enabled AND p.deleted_at IS NULL
    AND (r.evaluated_at IS NULL OR r.evaluated_at <= now() - $1::float8 * interval '1 millisecond')
  ORDER BY r.evaluated_at NULLS FIRST, r.id LIMIT $2::int
  FOR UPDATE OF r SKIP LOCKED
)
UPDATE alert_rules r SET evaluated_at = now()
FROM due, projects p WHERE r.id = due.id AND p.id = r.project_id
RETURNING r.id, r.project_id, r.kind, r.mode, r.threshold, r.window_minutes, r.min_requests,
          p.archived_at IS NOT NULL AS archived, now() AS now, r.updated_at::text AS version`;

/** Locks a rule as it was taken on. $1 rule, $2 version */
const LOCK_RULE = `
SELECT r.id, r.project_id, r.name, r.kind, r.mode, r.threshold, r.window_minutes, r.min_requests, r.remind_minutes,
       r.recipients, r.webhook_url IS NOT NULL AS has_webhook, p.name AS project_name
FROM alert_rules r JOIN projects p ON p.id = r.project_id
WHERE r.id = $1::uuid AND r.enabled AND r.updated_at::text = $2::text
FOR NO KEY UPDATE OF r`;

const NOTE_VALUE = `UPDATE alert_rules SET value = $2::float8 WHERE id = $1::uuid`;

/** The alert that goes on. $1 rule, $2 minutes between reminders or null, $3 ms without the condition */
const FIND_ALERT = `
SELECT id, started_at, last_value, subjects, clear_since, now() AS now,
       coalesce(last_notified_at <= now() - $2::int * interval '1 minute', false) AS remind,
       clear_since <= now() - $3::float8 * interval '1 millisecond' AS is_over
FROM alerts WHERE rule_id = $1::uuid AND resolved_at IS NULL`;

/** $1 id, $2 rule, $3 project, $4 kind, $5 threshold, $6 value, $7 subjects */
const FIRE = `
INSERT INTO alerts (id, rule_id, project_id, kind, threshold, first_value, peak_value, last_value, subjects)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::float8, $6::float8, $6::float8, $6::float8, $7::jsonb)
RETURNING started_at`;

/** $1 alert, $2 value, $3 subjects, $4 whether people are reminded */
const GO_ON = `
UPDATE alerts SET last_value = $2::float8, peak_value = greatest(peak_value, $2::float8), subjects = $3::jsonb,
  clear_since = NULL, last_notified_at = CASE WHEN $4::boolean THEN now() ELSE last_notified_at END
WHERE id = $1::uuid`;

const NOTE_CLEAR = `UPDATE alerts SET clear_since = now() WHERE id = $1::uuid`;

const RESOLVE = `
UPDATE alerts SET resolved_at = now(), last_notified_at = now() WHERE id = $1::uuid RETURNING resolved_at`;

interface DueRow extends Record<string, unknown>, AlertRuleRow {
  archived: boolean;
  now: Date;
  version: string;
}

interface LockedRow extends Record<string, unknown>, AlertRuleRow {
  has_webhook: boolean;
  project_name: string;
}

interface AlertRow extends Record<string, unknown> {
  id: string;
  started_at: Date;
  last_value: number | null;
  subjects: AlertSubject[];
  clear_since: Date | null;
  now: Date;
  remind: boolean;
  is_over: boolean | null;
}

/**
 * Takes on rules that are due. No other worker gets them until the next time.
 *
 * @param pool the database
 * @param everyMs shortest time between two evaluations of a rule, in ms
 * @throws DatabaseError
 */
export async function takeDueRules(pool: Pool, everyMs: number): Promise<DueRule[]> {
  const statement = { name: 'alerts-take-due', text: TAKE_DUE };
  const rows = await run<DueRow>(pool, statement, [everyMs, BATCH]);
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    mode: row.mode,
    threshold: row.threshold,
    windowMinutes: row.window_minutes,
    minRequests: row.min_requests,
    isArchived: row.archived,
    now: row.now,
    version: row.version,
  }));
}

/**
 * Applies a judgment: a rule fires, goes on or is over. The change and the notifications that it orders are
 * committed together, so none is lost and none is ordered twice. A rule that was changed meanwhile is left for its
 * next evaluation.
 *
 * @param pool the database
 * @param rule the rule as it was taken on
 * @param verdict the judgment
 * @param settings the settings
 * @returns the event that people are told of; null for none
 * @throws DatabaseError
 */
export async function applyVerdict(
  pool: Pool,
  rule: Pick<DueRule, 'id' | 'version'>,
  verdict: Verdict,
  { dashboardUrl, clearAfterMs }: EvaluationSettings,
): Promise<AlertEvent | null> {
  return inTransaction(pool, async (on) => {
    const [locked] = await run<LockedRow>(on, { name: 'alerts-lock', text: LOCK_RULE }, [
      ...[rule.id, rule.version],
    ]);
    if (locked === undefined) {
      return null;
    }
    const { value } = verdict;
    await run(on, { name: 'alerts-value', text: NOTE_VALUE }, [locked.id, value]);
    const [alert] = await run<AlertRow>(on, { name: 'alerts-find', text: FIND_ALERT }, [
      ...[locked.id, locked.remind_minutes, clearAfterMs],
    ]);
    const tell = async (
      event: AlertEvent,
      about: {
        id: string;
        startedAt: Date;
        resolvedAt: Date | null;
        value: number | null;
        subjects: readonly AlertSubject[];
      },
      now: Date,
    ): Promise<AlertEvent> => {
      const message = composeMessage({
        ...{ event, now, dashboardUrl, alert: about },
        project: { id: locked.project_id, name: locked.project_name },
        rule: {
          ...{ id: locked.id, name: locked.name, kind: locked.kind, mode: locked.mode },
          threshold: locked.threshold,
          windowMinutes: locked.window_minutes,
          minRequests: locked.min_requests,
        },
      });
      const { recipients, has_webhook: hasWebhook } = locked;
      await new AlertDeliveryStore(on).add(message, { recipients, hasWebhook });
      return event;
    };
    const subjects = JSON.stringify(verdict.subjects);
    if (alert === undefined) {
      if (!verdict.holds) {
        return null;
      }
      const id = randomUUID();
      const [fired] = await run<{ started_at: Date }>(on, { name: 'alerts-fire', text: FIRE }, [
        ...[id, locked.id, locked.project_id, locked.kind, locked.threshold, value, subjects],
      ]);
      const startedAt = fired?.started_at ?? new Date();
      const about = { id, startedAt, resolvedAt: null, value, subjects: verdict.subjects };
      return tell('alert.fired', about, startedAt);
    }
    const about = { id: alert.id, startedAt: alert.started_at };
    if (verdict.holds) {
      await run(on, { name: 'alerts-go-on', text: GO_ON }, [
        ...[alert.id, value, subjects, alert.remind],
      ]);
      const goesOn = { ...about, resolvedAt: null, value, subjects: verdict.subjects };
      return alert.remind ? tell('alert.reminder', goesOn, alert.now) : null;
    }
    if (alert.clear_since === null && clearAfterMs > 0) {
      await run(on, { name: 'alerts-clear', text: NOTE_CLEAR }, [alert.id]);
      return null;
    }
    if (alert.is_over === false) {
      return null;
    }
    const [ended] = await run<{ resolved_at: Date }>(
      on,
      { name: 'alerts-resolve', text: RESOLVE },
      [alert.id],
    );
    const resolvedAt = ended?.resolved_at ?? alert.now;
    const over = { ...about, resolvedAt, value: alert.last_value, subjects: alert.subjects };
    return tell('alert.resolved', over, resolvedAt);
  });
}
