import { newSigningSecret } from '@reqrun/alerts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { assertAllowedWebhookUrl, WebhookUrlError, type WebhookUrlRules } from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';

/**
 * Checks receivers of alerts, and makes the signing secrets of webhooks. It needs data keys, which the role of the
 * admin API can't read, so it uses the process's own connections. It sends nothing: workers do.
 */
export class AlertChannels {
  /**
   * @param keys the data keys
   * @param rules rules for addresses of webhooks
   * @param hasMail whether a mail server is configured
   * @param dashboardUrl address of the dashboard, which notifications point to
   */
  constructor(
    private readonly keys: DataKeyRing,
    private readonly rules: WebhookUrlRules,
    readonly hasMail: boolean,
    readonly dashboardUrl: string,
  ) {}

  /**
   * Checks the address of a webhook.
   *
   * @param url the address
   * @throws ApiError naming `webhook_url` and the rule
   */
  check(url: string): void {
    try {
      assertAllowedWebhookUrl(url, this.rules);
    } catch (error) {
      throw error instanceof WebhookUrlError
        ? new ApiError('invalid_value', { param: 'webhook_url', message: error.message })
        : error;
    }
  }

  /**
   * Makes a signing secret.
   *
   * @param projectId UUID of the project
   * @param ruleId UUID of the rule
   */
  newSecret(projectId: string, ruleId: string): ReturnType<typeof newSigningSecret> {
    return newSigningSecret(this.keys, projectId, ruleId);
  }
}
