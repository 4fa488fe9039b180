import { count, duration, plural } from '../../ui/format';
import type { ProviderTest } from './queries';

/**
 * Returns the result of a test call in one sentence: what happened, and what to look at.
 *
 * @param test the result
 */
export function testWords(test: ProviderTest): string {
  const { ok, http_status: status, error_code: code, duration_ms: ms, models } = test;
  const said = status === null ? '' : ` (HTTP ${status})`;
  const within = `in ${duration(ms)}`;
  if (ok) {
    const listed = models === null ? '' : ` and listed ${plural(models, 'model')}`;
    return `It works: the provider answered${listed} ${within}${said}.`;
  }
  if (code === 'timeout') {
    return `The provider did not answer ${within}.`;
  }
  if (status === null) {
    return `No connection (${duration(ms)}): check the base URL, and whether the server is up.`;
  }
  if (code === 'provider_response_invalid') {
    return `The answer${said} is not one of OpenAI's API: check the base URL.`;
  }
  if (status === 401 || status === 403) {
    return `The provider refused the key${said}.`;
  }
  if (status === 404) {
    return `Nothing is at this address${said}: check the base URL.`;
  }
  return `The provider answered HTTP ${status} ${within}.`;
}

/**
 * Returns the models of a provider in a few words.
 *
 * @param models the list; empty for any model
 * @param shown number of names that are shown
 */
export function modelsWords(models: readonly string[], shown = 3): string {
  if (models.length === 0) {
    return 'any model';
  }
  const rest = models.length - shown;
  return `${models.slice(0, shown).join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}
