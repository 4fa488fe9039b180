import type { AbortSignalLike } from '../runtime.js';

/** Arguments that `fetch` is called with. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignalLike;
  redirect: 'manual';
}

/** The part of a `Response` that is needed. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  text(): Promise<string>;
}

/** The part of `Headers` that is needed. */
export interface HeadersLike {
  get(name: string): string | null;
}

/**
 * A `fetch` to use instead of the global one: typed as the platform's own, where its types are
 * known to the program that uses this package.
 */
export type Fetch = typeof globalThis extends {
  fetch: (...parameters: infer Parameters) => infer Result;
}
  ? (...parameters: Parameters) => Result
  : (url: string, init: FetchInit) => Promise<FetchResponse>;

/** The platform's own `Response`, where its type is known; its body has been read. */
export type RawResponse = typeof globalThis extends { Response: { prototype: infer Response } }
  ? Response
  : FetchResponse;
