import { PROVIDER_KINDS, type ProviderKind } from '@reqrun/contracts';

/** Words of a kind in the form of a provider. */
interface KindWords {
  readonly label: string;
  /** Name that such a provider gets unless the user chooses one. */
  readonly name: string;
  /** Base URL of the public service; empty where everybody has an own one. */
  readonly baseUrl: string;
  readonly baseUrlExample: string;
  readonly modelExample: string;
}

const WORDS: Readonly<Record<ProviderKind, KindWords>> = {
  openai: {
    label: 'OpenAI',
    name: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    baseUrlExample: 'https://api.openai.com/v1',
    modelExample: 'gpt-4o-mini',
  },
  azure: {
    label: 'Azure OpenAI',
    name: 'azure',
    baseUrl: '',
    baseUrlExample: 'https://my-resource.openai.azure.com',
    modelExample: 'my-deployment',
  },
  anthropic: {
    label: 'Anthropic',
    name: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    baseUrlExample: 'https://api.anthropic.com/v1',
    modelExample: 'claude-sonnet-4-5',
  },
  gemini: {
    label: 'Gemini',
    name: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    baseUrlExample: 'https://generativelanguage.googleapis.com/v1beta/openai',
    modelExample: 'gemini-2.5-flash',
  },
  compatible: {
    label: 'OpenAI-compatible',
    name: '',
    baseUrl: '',
    baseUrlExample: 'https://llm.example.com/v1',
    modelExample: 'llama-3.3-70b',
  },
};

/** All kinds, as options of a select. */
export const KIND_OPTIONS = PROVIDER_KINDS.map((value) => ({ value, label: WORDS[value].label }));

/**
 * Returns the words for a kind. A later version of the API may have other kinds.
 *
 * @param kind the kind as the API returns it
 */
export function kindWords(kind: string): KindWords {
  return Object.hasOwn(WORDS, kind)
    ? WORDS[kind as ProviderKind]
    : { ...WORDS.compatible, label: kind };
}
