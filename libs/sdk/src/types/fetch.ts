import type { AbortSignalLike, FormDataLike } from '../runtime.js';

/** Arguments that `fetch` is called with. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  /** JSON, or the form of an upload. */
  body?: string | FormDataLike;
  signal: AbortSignalLike;
  redirect: 'manual';
}

/** The part of a `Response` that is needed. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  /** For streams alone. */
  readonly body?: { getReader(): ByteReader } | AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
  /** For binary answers alone. */
  arrayBuffer?(): Promise<ArrayBuffer>;
}

/** The part of a stream's reader that is needed. */
export interface ByteReader {
  read(): Promise<{ done?: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
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

/**
 * A binary answer: a `Response` of the platform, where its type is known, whose body has come whole and is read with
 * `arrayBuffer()`, `blob()` or `body`.
 */
export type BinaryResponse = typeof globalThis extends { Response: { prototype: infer Response } }
  ? Response
  : FetchResponse & { arrayBuffer(): Promise<ArrayBuffer> };
