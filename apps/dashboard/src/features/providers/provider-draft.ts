import {
  type AutoOrOff,
  PROVIDER_NAME,
  type ProviderKind,
  RESERVED_PROVIDER_NAMES,
  type StreamUsage,
} from '@reqrun/contracts';

import { kindWords } from './kinds';
import type { Provider } from './queries';

/** Values of the form. */
export interface ProviderDraft {
  readonly kind: ProviderKind;
  readonly name: string;
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly apiKey: string;
  readonly models: string[];
  readonly streamUsage: StreamUsage;
  readonly pacing: AutoOrOff;
  readonly breaker: AutoOrOff;
  readonly isDefault: boolean;
}

/** Returns the version that goes to the API: only Azure has one. */
const versionOf = ({ kind, apiVersion }: ProviderDraft): string | null =>
  kind === 'azure' && apiVersion.trim() !== '' ? apiVersion.trim() : null;

/**
 * Returns the fields that the API takes. An empty key is left out: the stored one stays.
 *
 * @param draft values of the form
 */
export const fieldsOf = (draft: ProviderDraft) => ({
  kind: draft.kind,
  base_url: draft.baseUrl.trim(),
  api_version: versionOf(draft),
  models: draft.models,
  stream_usage: draft.streamUsage,
  pacing: draft.pacing,
  breaker: draft.breaker,
  ...(draft.apiKey !== '' && { api_key: draft.apiKey }),
});

/**
 * Returns the values of the form for a stored provider. Its key is not known here.
 *
 * @param provider the provider
 */
export const draftOf = (provider: Provider): ProviderDraft => ({
  kind: provider.kind,
  name: provider.name,
  baseUrl: provider.base_url,
  apiVersion: provider.api_version ?? '',
  apiKey: '',
  models: provider.models,
  streamUsage: provider.stream_usage,
  pacing: provider.pacing,
  breaker: provider.breaker,
  isDefault: provider.is_default,
});

/**
 * Returns the values of the form for a new provider.
 *
 * @param others names of the project's providers
 */
export const newDraft = (others: readonly string[]): ProviderDraft =>
  ofKind(
    {
      kind: 'compatible',
      name: '',
      baseUrl: '',
      apiVersion: '',
      apiKey: '',
      models: [],
      streamUsage: 'auto',
      pacing: 'auto',
      breaker: 'auto',
      isDefault: false,
    },
    'openai',
    others,
  );

/**
 * Changes the kind. Name and address follow unless the user has written others.
 *
 * @param draft values of the form
 * @param kind the new kind
 * @param others names of the project's providers
 */
export function ofKind(
  draft: ProviderDraft,
  kind: ProviderKind,
  others: readonly string[],
): ProviderDraft {
  const [from, to] = [kindWords(draft.kind), kindWords(kind)];
  const isUntouched = (value: string, suggested: string): boolean =>
    value === '' || value === suggested;
  const name = others.includes(to.name) ? '' : to.name;
  return {
    ...draft,
    kind,
    name: isUntouched(draft.name, from.name) ? name : draft.name,
    baseUrl: isUntouched(draft.baseUrl, from.baseUrl) ? to.baseUrl : draft.baseUrl,
  };
}

/**
 * Returns why a name cannot be that of a new provider.
 *
 * @param name the name
 * @param others names of the project's providers
 * @returns a sentence, or null
 */
export function nameProblem(name: string, others: readonly string[]): string | null {
  if (!PROVIDER_NAME.test(name)) {
    return 'A letter first, then a to z, 0 to 9, dot, underscore or hyphen; 63 characters at most';
  }
  if (RESERVED_PROVIDER_NAMES.has(name)) {
    return 'This name stands for ReqRun and its simulator: choose another';
  }
  return others.includes(name) ? 'There is a provider of this name' : null;
}

/**
 * Returns why a key is needed that was not given.
 *
 * @param stored the provider as it is stored; null for a new one
 * @param draft values of the form
 * @returns a sentence, or null
 */
export function keyProblem(
  stored: Provider | null,
  { apiKey, kind, baseUrl }: ProviderDraft,
): string | null {
  if (apiKey !== '') {
    return null;
  }
  if (stored === null) {
    return kind === 'compatible'
      ? null
      : 'It needs a key. Only an OpenAI-compatible server may have none.';
  }
  const isElsewhere =
    URL.canParse(baseUrl) && new URL(baseUrl).origin !== new URL(stored.base_url).origin;
  return isElsewhere ? 'Another server needs a key of its own.' : null;
}

/**
 * Returns what is known of a stored key, and how it is kept.
 *
 * @param provider the provider
 */
export function keepWords({ key_last_four: end }: Provider): string {
  const known = end === null ? 'Stored encrypted.' : `Stored encrypted, ends in ${end}.`;
  return `${known} Leave empty to keep it, as long as the server is the same.`;
}
