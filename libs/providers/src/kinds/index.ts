import type { ProviderKind } from '@reqrun/contracts';

import { anthropic } from './anthropic.js';
import { azure } from './azure.js';
import { compatible } from './compatible.js';
import { gemini } from './gemini.js';
import type { KindRules } from './kind-rules.js';
import { openai } from './openai.js';

const KINDS: Readonly<Record<ProviderKind, KindRules>> = {
  openai,
  azure,
  anthropic,
  gemini,
  compatible,
};

/**
 * Returns how providers of a kind are called.
 *
 * @param kind the kind
 */
export const kindRules = (kind: ProviderKind): KindRules => KINDS[kind];

/** Hosts whose kind is known, with the name that their provider gets when nobody names it. */
const HOSTS: readonly (readonly [host: RegExp, kind: ProviderKind, name: string])[] = [
  [/^api\.openai\.com$/, 'openai', 'openai'],
  [/^api\.anthropic\.com$/, 'anthropic', 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini', 'gemini'],
  [/\.(openai|services\.ai|cognitiveservices)\.azure\.com$/, 'azure', 'azure'],
  [/^api\.mistral\.ai$/, 'compatible', 'mistral'],
];

/**
 * Returns the kind and the name of a provider of which only its base URL is known. Hosts with models that begin
 * with the name of the host, such as `openrouter/auto`, get none: the prefix would be taken from such a model.
 *
 * @param baseUrl a valid base URL
 */
export function providerAt(baseUrl: string): { kind: ProviderKind; name: string } {
  const { hostname } = new URL(baseUrl);
  const [, kind, name] = HOSTS.find(([host]) => host.test(hostname)) ?? [];
  return { kind: kind ?? 'compatible', name: name ?? 'default' };
}
