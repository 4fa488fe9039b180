import type { AlertRule, AlertRuleStore } from '@reqrun/alerts';

import { ApiError } from '../../http/api-error.js';

/**
 * Finds an alert rule of a project.
 *
 * @param store the store of rules
 * @param projectId UUID of the project
 * @param id UUID of the rule
 * @throws ApiError `not_found`
 */
export async function findAlertRule(
  store: AlertRuleStore,
  projectId: string,
  id: string,
): Promise<AlertRule> {
  const rule = await store.find(projectId, id);
  if (rule === null) {
    throw new ApiError('not_found', { param: 'rule_id', message: 'No such alert rule.' });
  }
  return rule;
}
