import type { KeptHeaders } from '../outcome.js';

/** Place of a call below a provider's base URL. */
export interface CallPlace {
  /** Path of the endpoint as OpenAI has it, such as `/chat/completions`. */
  readonly path: string;
  /** Name of the model that is called; null where the call names none. */
  readonly model: string | null;
  /** Dated version of the provider's API; null where it has none. */
  readonly apiVersion: string | null;
}

/** Differences between kinds of providers. */
export interface KindRules {
  /** Whether a provider of this kind cannot be called without a key. */
  readonly needsKey: boolean;
  /** Prefixes of headers that tell of limits, in lower case. */
  readonly limitPrefixes: readonly string[];
  /** Header with the provider's id of a call, in lower case. */
  readonly requestIdHeader: string;
  /**
   * Returns the header that carries the key.
   *
   * @param apiKey the key
   */
  keyHeader(apiKey: string): readonly [name: string, value: string];
  /**
   * Returns the path of a call.
   *
   * @param prefix path of the base URL, without a trailing slash
   * @param place the endpoint and the model
   * @returns the path, with its query
   */
  pathOf(prefix: string, place: CallPlace): string;
  /**
   * Tells whether a model can be called.
   *
   * @param model name of the model
   * @param apiVersion dated version of the provider's API; null where it has none
   */
  isModel(model: string, apiVersion: string | null): boolean;
  /**
   * Translates the headers that tell of limits to OpenAI's, from which waits are read.
   *
   * @param headers headers of an answer
   * @param nowMs the wall clock, Unix ms
   */
  limitsOf(headers: KeptHeaders, nowMs: number): KeptHeaders;
}
