import type { AlertKind, RequestMode } from '@reqrun/contracts';

/** Condition of a rule. Units and bounds of the numbers are in `ALERT_NUMBERS`; null where the kind has none. */
export interface AlertCondition {
  readonly kind: AlertKind;
  readonly mode: RequestMode;
  readonly threshold: number | null;
  readonly windowMinutes: number | null;
  readonly minRequests: number | null;
}

/** A model, provider or key that an alert is about. */
export type AlertSubject =
  | { readonly type: 'model'; readonly provider: string; readonly model: string | null }
  | { readonly type: 'key'; readonly id: string; readonly name: string };

/** A rule with its present state. */
export interface AlertRule extends AlertCondition {
  /** A UUID. */
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** Minutes between two reminders; null for none. */
  readonly remindMinutes: number | null;
  readonly enabled: boolean;
  /** E-mail addresses. */
  readonly recipients: readonly string[];
  readonly webhookUrl: string | null;
  /** Until when the signing secret before the present one signs as well; null where there is none. */
  readonly secretBeforeUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly evaluatedAt: Date | null;
  /** Latest value, in the unit of the threshold; null where there was nothing to judge. */
  readonly value: number | null;
  /** The alert that goes on; null while the rule does not fire. */
  readonly firing: { id: string; since: Date; subjects: AlertSubject[] } | null;
}

/** A row as `RULE_COLUMNS` reads it. */
export interface AlertRuleRow {
  id: string;
  project_id: string;
  name: string;
  kind: AlertKind;
  mode: RequestMode;
  threshold: number | null;
  window_minutes: number | null;
  min_requests: number | null;
  remind_minutes: number | null;
  enabled: boolean;
  recipients: string[];
  webhook_url: string | null;
  webhook_secret_before_until: Date | null;
  created_at: Date;
  updated_at: Date;
  evaluated_at: Date | null;
  value: number | null;
  alert_id: string | null;
  started_at: Date | null;
  subjects: AlertSubject[] | null;
}

/** Columns of a rule `r` and the alert `a` that goes on. Signing secrets are not among them. */
export const RULE_COLUMNS = `
  r.id, r.project_id, r.name, r.kind, r.mode, r.threshold, r.window_minutes, r.min_requests, r.remind_minutes,
  r.enabled, r.recipients, r.webhook_url,
  CASE WHEN r.webhook_secret_before_until > now() THEN r.webhook_secret_before_until END
    AS webhook_secret_before_until,
  r.created_at, r.updated_at, r.evaluated_at, r.value, a.id AS alert_id, a.started_at, a.subjects`;

/**
 * A row as the rest of the program knows it.
 *
 * @param row the row
 */
export const toAlertRule = (row: AlertRuleRow): AlertRule => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  kind: row.kind,
  mode: row.mode,
  threshold: row.threshold,
  windowMinutes: row.window_minutes,
  minRequests: row.min_requests,
  remindMinutes: row.remind_minutes,
  enabled: row.enabled,
  recipients: row.recipients,
  webhookUrl: row.webhook_url,
  secretBeforeUntil: row.webhook_secret_before_until,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  evaluatedAt: row.evaluated_at,
  value: row.value,
  firing:
    row.alert_id === null || row.started_at === null
      ? null
      : { id: row.alert_id, since: row.started_at, subjects: row.subjects ?? [] },
});
