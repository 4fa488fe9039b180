import type { AlertSubject, DueRule, Measurement } from '@reqrun/alerts';
import { misusedKeys, unusedKeys, type WatchedKey } from '@reqrun/keys';
import type { Pool } from '@reqrun/platform/database';
import { LanesByHand, MetricsReader, type ProjectMetrics } from '@reqrun/requests';
import { BY_HAND } from '@reqrun/retry-policy';

const MINUTE_MS = 60_000;
const SECONDS_PER_DAY = 86_400;
const NOTHING: Measurement = { value: null };

/** Measures the conditions of alert rules, with the queries of the dashboard. */
export class AlertMeasures {
  private readonly metrics: MetricsReader;
  private readonly lanes: LanesByHand;

  /** @param pool the database */
  constructor(private readonly pool: Pool) {
    this.metrics = new MetricsReader(pool);
    this.lanes = new LanesByHand(pool);
  }

  /**
   * Measures the condition of a rule.
   *
   * @param rule the rule
   * @throws DatabaseError
   */
  async measure(rule: DueRule): Promise<Measurement> {
    if (rule.isArchived) {
      return NOTHING;
    }
    const { projectId, mode } = rule;
    switch (rule.kind) {
      case 'failure_rate': {
        const { completed, failed } = (await this.figures(rule)).totals;
        return rateOf(failed, completed + failed);
      }
      case 'retry_rate': {
        const { accepted, retried } = (await this.figures(rule)).totals;
        return rateOf(retried, accepted);
      }
      case 'oldest_due': {
        const { oldest_due_seconds: value } = (await this.figures(rule)).now;
        return { value };
      }
      case 'provider_breaker':
        return this.breakers(rule);
      case 'key_unused': {
        const keys = await unusedKeys(this.pool, projectId, mode, rule.threshold ?? 0);
        return keyed(keys, (keys[0]?.seconds ?? 0) / SECONDS_PER_DAY);
      }
      case 'key_misused': {
        const keys = await misusedKeys(this.pool, projectId, mode, rule.windowMinutes ?? 0);
        return keyed(keys, keys.length);
      }
    }
  }

  private figures({ projectId, mode, windowMinutes, now }: DueRule): Promise<ProjectMetrics> {
    const from = new Date(now.getTime() - (windowMinutes ?? 1) * MINUTE_MS);
    return this.metrics.read({ projectId, mode, from, to: now });
  }

  /** A lane that a person has opened is that person's decision, and no alert. */
  private async breakers({ projectId, threshold, now }: DueRule): Promise<Measurement> {
    const open = (await this.lanes.list(projectId))
      .filter(({ lane: { state } }) => state.phase === 'open' && state.reason !== BY_HAND)
      .map(({ lane: { model, state }, provider }) => ({
        seconds: Math.max(0, (now.getTime() - state.sinceMs) / 1000),
        subject: { type: 'model', provider, model: model === '' ? null : model } as const,
      }))
      .filter(({ seconds }) => seconds >= (threshold ?? 0));
    return open.length === 0
      ? NOTHING
      : {
          value: Math.max(...open.map(({ seconds }) => seconds)),
          subjects: open.map(({ subject }) => subject),
        };
  }
}

const rateOf = (part: number, requests: number): Measurement =>
  requests === 0 ? NOTHING : { value: part / requests, requests };

const keyed = (keys: readonly WatchedKey[], value: number): Measurement =>
  keys.length === 0
    ? NOTHING
    : {
        value,
        subjects: keys.map(({ id, name }): AlertSubject => ({ type: 'key', id, name })),
      };
