import { MAX_ALERT_RULES } from '@reqrun/contracts';
import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';

import {
  type AlertCondition,
  type AlertRule,
  type AlertRuleRow,
  RULE_COLUMNS,
  toAlertRule,
} from './rule.js';
import { SECRET_OVERLAP_MS } from './signing-secret.js';

/** Fields of a rule that people set. */
export interface AlertRuleFields extends AlertCondition {
  readonly name: string;
  readonly remindMinutes: number | null;
  readonly enabled: boolean;
  readonly recipients: readonly string[];
  readonly webhookUrl: string | null;
}

/** A rule that is to be added. */
export interface NewAlertRule extends AlertRuleFields {
  /** A UUID, for which its signing secret is sealed. */
  readonly id: string;
  /** The sealed signing secret; null without a webhook. */
  readonly secret: Uint8Array | null;
}

const FROM = `FROM alert_rules r LEFT JOIN alerts a ON a.rule_id = r.id AND a.resolved_at IS NULL`;

/** $1 project */
const LIST = `SELECT ${RULE_COLUMNS} ${FROM} WHERE r.project_id = $1::uuid ORDER BY r.created_at, r.id`;

/** $1 project, $2 rule */
const FIND = `SELECT ${RULE_COLUMNS} ${FROM} WHERE r.project_id = $1::uuid AND r.id = $2::uuid`;

/** Adds a rule; the project's row is locked, so that its rules can be counted. $1 to $13 the columns, $14 most rules */
const ADD = `
WITH project AS (
  SELECT id FROM projects WHERE id = $2::uuid FOR UPDATE
)
INSERT INTO alert_rules (id, project_id, name, kind, mode, threshold, window_minutes, min_requests, remind_minutes,
                         enabled, recipients, webhook_url, webhook_secret)
SELECT $1::uuid, project.id, $3::text, $4::text, $5::request_mode, $6::float8, $7::int, $8::int, $9::int, $10::boolean,
       $11::text[], $12::text, $13::bytea
FROM project
WHERE (SELECT count(*) FROM alert_rules WHERE project_id = $2::uuid) < $14::int
RETURNING id`;

/** $1 rule, $2 project, $3 to $11 the columns, $12 secret where it is replaced */
const change = (replacesSecret: boolean): string => `
UPDATE alert_rules SET
  name = $3::text, threshold = $4::float8, window_minutes = $5::int, min_requests = $6::int,
  remind_minutes = $7::int, enabled = $8::boolean, recipients = $9::text[], webhook_url = $10::text,
  mode = $11::request_mode, updated_at = now()
  ${replacesSecret ? ', webhook_secret = $12::bytea, webhook_secret_before = NULL, webhook_secret_before_until = NULL' : ''}
WHERE id = $1::uuid AND project_id = $2::uuid
RETURNING id`;

/** Ends the alert of a rule without a word. $1 rule */
const END_ALERT = `
UPDATE alerts SET resolved_at = now() WHERE rule_id = $1::uuid AND resolved_at IS NULL RETURNING id`;

/**
 * A trigger keeps the secret before, which the role of the admin API can't read. $1 rule, $2 project, $3 new secret,
 * $4 ms for which the one before signs as well
 */
const ROTATE = `
UPDATE alert_rules SET webhook_secret = $3::bytea,
  webhook_secret_before_until = now() + $4::float8 * interval '1 millisecond', updated_at = now()
WHERE id = $1::uuid AND project_id = $2::uuid AND webhook_url IS NOT NULL
RETURNING id`;

const REMOVE = `DELETE FROM alert_rules WHERE id = $1::uuid AND project_id = $2::uuid RETURNING id`;

/** Alert rules as people see and change them. */
export class AlertRuleStore {
  /** @param on the database, or a transaction on one of its connections */
  constructor(private readonly on: SqlRunner) {}

  /**
   * The same rules inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): AlertRuleStore {
    return new AlertRuleStore(transaction);
  }

  /**
   * The rules of a project, oldest first.
   *
   * @param projectId UUID of the project
   * @throws DatabaseError
   */
  async list(projectId: string): Promise<AlertRule[]> {
    return (await this.rows<AlertRuleRow>(LIST, [projectId])).map(toAlertRule);
  }

  /**
   * Looks up a rule.
   *
   * @param projectId UUID of the project
   * @param id UUID of the rule
   * @returns null when there is no such rule
   * @throws DatabaseError
   */
  async find(projectId: string, id: string): Promise<AlertRule | null> {
    const [row] = await this.rows<AlertRuleRow>(FIND, [projectId, id]);
    return row === undefined ? null : toAlertRule(row);
  }

  /**
   * Adds a rule.
   *
   * @param projectId UUID of the project
   * @param rule the rule
   * @returns false when the project has as many rules as it may have
   * @throws DatabaseError
   */
  async add(projectId: string, rule: NewAlertRule): Promise<boolean> {
    const rows = await this.rows(ADD, [
      ...[rule.id, projectId, rule.name, rule.kind, rule.mode, rule.threshold],
      ...[rule.windowMinutes, rule.minRequests, rule.remindMinutes, rule.enabled],
      ...[rule.recipients, rule.webhookUrl, rule.secret, MAX_ALERT_RULES],
    ]);
    return rows.length > 0;
  }

  /**
   * Changes a rule. Its kind stays. The alert of a rule that is switched off ends, and nobody is told.
   *
   * @param projectId UUID of the project
   * @param id UUID of the rule
   * @param fields all its fields
   * @param secret a sealed signing secret that takes the place of the present one; null to keep that
   * @throws DatabaseError
   */
  async change(
    projectId: string,
    id: string,
    fields: AlertRuleFields,
    secret: Uint8Array | null,
  ): Promise<void> {
    const replacesSecret = secret !== null || fields.webhookUrl === null;
    await this.rows(change(replacesSecret), [
      ...[id, projectId, fields.name, fields.threshold, fields.windowMinutes, fields.minRequests],
      ...[fields.remindMinutes, fields.enabled, fields.recipients, fields.webhookUrl],
      ...[fields.mode, ...(replacesSecret ? [secret] : [])],
    ]);
    if (!fields.enabled) {
      await this.rows(END_ALERT, [id]);
    }
  }

  /**
   * Gives a rule another signing secret. The one before signs as well for a day.
   *
   * @param projectId UUID of the project
   * @param id UUID of the rule
   * @param secret the sealed secret
   * @returns false when there is no such rule, or it has no webhook
   * @throws DatabaseError
   */
  async rotate(projectId: string, id: string, secret: Uint8Array): Promise<boolean> {
    return (await this.rows(ROTATE, [id, projectId, secret, SECRET_OVERLAP_MS])).length > 0;
  }

  /**
   * Removes a rule with its alerts. What is not delivered yet is dropped.
   *
   * @param projectId UUID of the project
   * @param id UUID of the rule
   * @returns false when there is no such rule
   * @throws DatabaseError
   */
  async remove(projectId: string, id: string): Promise<boolean> {
    return (await this.rows(REMOVE, [id, projectId])).length > 0;
  }

  private async rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.on.query(text, values)).rows as Row[];
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}
