import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, done, type Schema, take } from '../../api/client';

/** An alert rule as the admin API returns it. */
export type AlertRule = Schema<'AlertRule'>;
/** A notification to one receiver. */
export type AlertDelivery = Schema<'AlertDelivery'>;
/** Input for a new rule. */
export type NewAlertRule = Schema<'NewAlertRule'>;
/** Changes of a rule. */
export type AlertRuleChanges = Schema<'AlertRuleChanges'>;

/** Interval at which rules are read anew, in ms. */
const EVERY_MS = 15_000;
/** The same of the history, in ms. */
const HISTORY_EVERY_MS = 5_000;
/** Alerts of the history. */
const HISTORY = 50;
/** Notifications of a rule that are shown. */
const DELIVERIES = 10;

/**
 * Query for the alert rules of a project, and which of them fire.
 *
 * @param projectId UUID of the project
 */
export const alertRulesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['alert-rules', projectId],
    queryFn: () =>
      take(
        api.GET('/admin/projects/{project_id}/alert-rules', {
          params: { path: { project_id: projectId } },
        }),
      ),
    refetchInterval: EVERY_MS,
  });

/**
 * Query for the latest alerts of a project.
 *
 * @param projectId UUID of the project
 */
export const alertsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['alerts', projectId],
    queryFn: async () =>
      (
        await take(
          api.GET('/admin/projects/{project_id}/alerts', {
            params: { path: { project_id: projectId }, query: { limit: HISTORY } },
          }),
        )
      ).data,
    refetchInterval: HISTORY_EVERY_MS,
  });

const ofRule = (projectId: string, ruleId: string) => ({
  params: { path: { project_id: projectId, rule_id: ruleId } },
});

/**
 * Query for the latest notifications of a rule, tests among them.
 *
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 */
export const deliveriesQuery = (projectId: string, ruleId: string) =>
  queryOptions({
    queryKey: ['alert-deliveries', projectId, ruleId],
    queryFn: async () =>
      (
        await take(
          api.GET('/admin/projects/{project_id}/alert-rules/{rule_id}/deliveries', {
            params: { ...ofRule(projectId, ruleId).params, query: { limit: DELIVERIES } },
          }),
        )
      ).data,
    refetchInterval: 1_000,
  });

/**
 * Adds a rule.
 *
 * @param projectId UUID of the project
 * @param body the rule
 */
export const createRule = (projectId: string, body: NewAlertRule) =>
  take(
    api.POST('/admin/projects/{project_id}/alert-rules', {
      ...{ params: { path: { project_id: projectId } }, body },
    }),
  );

/**
 * Changes a rule.
 *
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 * @param body the changes
 */
export const changeRule = (projectId: string, ruleId: string, body: AlertRuleChanges) =>
  take(
    api.PATCH('/admin/projects/{project_id}/alert-rules/{rule_id}', {
      ...ofRule(projectId, ruleId),
      body,
    }),
  );

/**
 * Removes a rule.
 *
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 */
export const removeRule = (projectId: string, ruleId: string): Promise<void> =>
  done(api.DELETE('/admin/projects/{project_id}/alert-rules/{rule_id}', ofRule(projectId, ruleId)));

/**
 * Sends a test notification.
 *
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 */
export const testRule = (projectId: string, ruleId: string) =>
  take(
    api.POST('/admin/projects/{project_id}/alert-rules/{rule_id}/test', ofRule(projectId, ruleId)),
  );

/**
 * Makes another signing secret for the webhook of a rule.
 *
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 */
export const rotateSecret = (projectId: string, ruleId: string) =>
  take(
    api.POST(
      '/admin/projects/{project_id}/alert-rules/{rule_id}/rotate-secret',
      ofRule(projectId, ruleId),
    ),
  );

/**
 * Reads rules and alerts anew.
 *
 * @param client cache of the API's answers
 * @param projectId UUID of the project
 */
export async function refreshAlerts(client: QueryClient, projectId: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: alertRulesQuery(projectId).queryKey }),
    client.invalidateQueries({ queryKey: alertsQuery(projectId).queryKey }),
  ]);
}
