import {
  applyVerdict,
  type DueRule,
  type EvaluationSettings,
  forgetAlerts,
  judge,
  type Measurement,
  takeDueRules,
} from '@reqrun/alerts';
import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';

import type { PeriodicJob } from '../periodic-task.js';

/** Parts of the task. */
export interface AlertsParts extends EvaluationSettings {
  pool: Pool;
  logger: Logger;
  /** Measures the condition of a rule. */
  measure: (rule: DueRule) => Promise<Measurement>;
  /** Called when notifications were ordered. */
  onNotified: () => void;
}

/** Share of the pause after which a rule is due again: rounds of several workers do not meet exactly. */
const ALMOST = 0.9;
/** Pause between two deletions of old alerts, in ms. */
const FORGET_EVERY_MS = 3_600_000;

/**
 * Evaluates the alert rules of all projects, each by one worker at a time. A rule that cannot be measured is left for
 * its next evaluation and holds up no other.
 *
 * @param parts the parts of the task
 * @param everyMs pause between two evaluations of a rule, in ms
 */
export function alertsTask(parts: AlertsParts, everyMs: number): PeriodicJob {
  const { pool } = parts;
  let forgetAt = 0;
  return {
    name: 'alerts',
    everyMs,
    async run(signal) {
      const isStopping = (): boolean => signal.aborted;
      for (let more = true; more && !isStopping();) {
        const due = await takeDueRules(pool, everyMs * ALMOST);
        for (const rule of due) {
          if (isStopping()) {
            return;
          }
          await evaluate(rule, parts);
        }
        more = due.length > 0;
      }
      if (performance.now() >= forgetAt) {
        await forgetAlerts(pool);
        forgetAt = performance.now() + FORGET_EVERY_MS;
      }
    },
  };
}

async function evaluate(rule: DueRule, parts: AlertsParts): Promise<void> {
  const { pool, logger, measure, onNotified } = parts;
  const fields = { rule_id: rule.id, project_id: rule.projectId, kind: rule.kind };
  try {
    const verdict = judge(rule, await measure(rule));
    const event = await applyVerdict(pool, rule, verdict, parts);
    if (event !== null) {
      logger.info(event, { ...fields, value: verdict.value });
      onNotified();
    }
  } catch (error) {
    logger.warn('alert.evaluation_failed', { ...fields, ...errorFields(error) });
  }
}
