import { assertAllowedBaseUrl, BaseUrlError, type BaseUrlProblem } from '../base-url.js';

/** Rules for the addresses of webhooks. */
export interface WebhookUrlRules {
  /** Allow plain http on every address, not only on loopback. Default false. */
  allowInsecure?: boolean;
  /** Host names that may be called, `*.example.com` for all below it; none named means all. */
  hosts?: readonly string[];
}

const PROBLEMS: Readonly<Record<Exclude<BaseUrlProblem, 'query'>, string>> = {
  not_a_url: 'The URL is not a valid absolute URL.',
  scheme: 'The URL must start with https:// (or http:// on a loopback address).',
  insecure: 'The URL uses http on an address that is not loopback.',
  credentials: 'The URL must not carry a user name or a password.',
  link_local: 'The URL is a link-local or unspecified address, or that of a metadata service.',
  host: 'The host of the URL is not one that this server may call.',
};

/** Thrown by {@link assertAllowedWebhookUrl}. Never quotes the URL, which may hold a secret. */
export class WebhookUrlError extends Error {
  override readonly name = 'WebhookUrlError';
}

/**
 * Holds the address of a webhook against the rules for providers. A query is allowed: some receivers have their
 * secret in it. A fragment is not sent, so it is refused.
 *
 * @param text the address
 * @param rules the rules
 * @returns the parsed URL
 * @throws WebhookUrlError whose message names the problem
 */
export function assertAllowedWebhookUrl(text: string, rules: WebhookUrlRules): URL {
  if (text.includes('#')) {
    throw new WebhookUrlError('The URL must not carry a fragment.');
  }
  const [address = ''] = text.split('?', 1);
  try {
    assertAllowedBaseUrl(address, rules);
  } catch (error) {
    throw error instanceof BaseUrlError && error.code !== 'query'
      ? new WebhookUrlError(PROBLEMS[error.code])
      : error;
  }
  return new URL(text);
}
