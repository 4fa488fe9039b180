import type { ServiceConfig } from '@reqrun/platform/config';

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
