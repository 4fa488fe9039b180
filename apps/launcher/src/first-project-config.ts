import {
  ConfigError,
  type FirstProjectConfig,
  loadFirstProjectConfig,
  readSettings,
  serviceSettings,
} from '@reqrun/platform/config';
import { assertAllowedBaseUrl, BaseUrlError } from '@reqrun/providers';

/**
 * Reads what the first project is set up with, and holds its provider against the rules for
 * outbound calls now, for later a forbidden address would only show as failing requests.
 *
 * @throws ConfigError naming what is wrong
 */
export function readFirstProjectConfig(): FirstProjectConfig {
  const config = loadFirstProjectConfig();
  const { REQRUN_ALLOW_INSECURE_PROVIDERS, REQRUN_PROVIDER_HOSTS } = serviceSettings;
  const rules = readSettings(process.env, {
    REQRUN_ALLOW_INSECURE_PROVIDERS,
    REQRUN_PROVIDER_HOSTS,
  });
  if (config.OPENAI_BASE_URL !== undefined) {
    try {
      assertAllowedBaseUrl(config.OPENAI_BASE_URL, {
        allowInsecure: rules.REQRUN_ALLOW_INSECURE_PROVIDERS,
        hosts: rules.REQRUN_PROVIDER_HOSTS,
      });
    } catch (error) {
      throw error instanceof BaseUrlError
        ? new ConfigError(`OPENAI_BASE_URL: ${error.message}`)
        : error;
    }
  }
  return config;
}
