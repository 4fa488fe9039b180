import type { ServiceConfig } from '@reqrun/platform/config';

import type { MailClientOptions } from './notifications/mail-client.js';
import type { WebhookClientOptions } from './notifications/webhook-client.js';
import type { WebhookUrlRules } from './notifications/webhook-url.js';
import type { ProviderClientOptions } from './provider-client.js';

/**
 * The options of a client that say how it reaches providers, from the settings.
 *
 * @param config the settings of API and worker
 */
export function outboundOptions(
  config: Pick<
    ServiceConfig,
    'REQRUN_OUTBOUND_PROXY' | 'REQRUN_NO_PROXY' | 'REQRUN_PROVIDER_CA_FILE'
  >,
): Pick<ProviderClientOptions, 'proxy' | 'extraCa'> {
  const { REQRUN_OUTBOUND_PROXY: url, REQRUN_NO_PROXY: noProxy } = config;
  return {
    proxy: url === undefined ? undefined : { url, noProxy },
    extraCa: config.REQRUN_PROVIDER_CA_FILE,
  };
}

/**
 * The rules for addresses of webhooks, from the settings: those of providers, unless webhooks have hosts of their own.
 *
 * @param config the settings of API and worker
 */
export function webhookUrlRules(
  config: Pick<
    ServiceConfig,
    'REQRUN_ALLOW_INSECURE_PROVIDERS' | 'REQRUN_PROVIDER_HOSTS' | 'REQRUN_WEBHOOK_HOSTS'
  >,
): WebhookUrlRules {
  const { REQRUN_WEBHOOK_HOSTS: own, REQRUN_PROVIDER_HOSTS: hosts } = config;
  return {
    allowInsecure: config.REQRUN_ALLOW_INSECURE_PROVIDERS,
    hosts: own.length > 0 ? own : hosts,
  };
}

/**
 * The options of a webhook client, from the settings.
 *
 * @param config the settings of API and worker
 */
export const webhookOptions = (config: ServiceConfig): WebhookClientOptions => ({
  ...webhookUrlRules(config),
  ...outboundOptions(config),
});

/**
 * The options of a mail client, from the settings; null where no mail server is set.
 *
 * @param config the settings of API and worker
 */
export function mailOptions(
  config: Pick<ServiceConfig, 'REQRUN_SMTP_URL' | 'REQRUN_SMTP_FROM' | 'REQRUN_PROVIDER_CA_FILE'>,
): MailClientOptions | null {
  const { REQRUN_SMTP_URL: url, REQRUN_SMTP_FROM: from } = config;
  return url === undefined || from === undefined
    ? null
    : { url, from, extraCa: config.REQRUN_PROVIDER_CA_FILE };
}
