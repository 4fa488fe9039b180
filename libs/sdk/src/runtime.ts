import type { FetchInit, FetchResponse, HeadersLike } from './types/fetch.js';

/** The part of an `AbortSignal` that is needed. Every platform's own fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The part of a `TextDecoder` that is needed. */
export interface TextDecoderLike {
  decode(bytes: Uint8Array, options: { stream: true }): string;
}

/** The part of an `AbortController` that is needed. */
export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(reason?: unknown): void;
}

/** The part of a `FormData` that is needed. */
export interface FormDataLike {
  append(name: string, value: string | BlobInstance, fileName?: string): void;
}

/** A `Blob` of the platform. */
export interface BlobInstance {
  readonly size: number;
  readonly type: string;
}

interface Runtime {
  readonly fetch?: (url: string, init: FetchInit) => Promise<FetchResponse>;
  readonly AbortController: new () => AbortControllerLike;
  /** For streams alone. */
  readonly TextDecoder: new () => TextDecoderLike;
  /** For uploads alone, as is `Blob`. */
  readonly FormData?: new () => FormDataLike;
  readonly Blob?: new (parts: readonly unknown[], options: { type: string }) => BlobInstance;
  /** For binary answers alone. */
  readonly Response?: new (
    body: ArrayBuffer,
    init: { status: number; headers: HeadersLike },
  ) => FetchResponse;
  readonly performance: { now(): number };
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Node 18 has none, nor has a page that was not loaded over HTTPS. */
  readonly crypto?: { randomUUID?(): string };
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

/**
 * All that is taken from the platform. This package is compiled without the types of Node and of
 * browsers, so that nothing else can be used by accident.
 */
export const runtime = globalThis as unknown as Runtime;

/**
 * A variable of the environment, where there is one and it may be read.
 *
 * @param name e.g. `REQRUN_API_KEY`
 */
export function readEnvironment(name: string): string | undefined {
  try {
    return runtime.process?.env?.[name];
  } catch {
    // Deno asks for a permission, and throws where it is refused.
    return undefined;
  }
}

/** A UUID that nobody else makes: for telling calls apart, not a secret. */
export function randomId(): string {
  if (runtime.crypto?.randomUUID !== undefined) {
    return runtime.crypto.randomUUID();
  }
  const digits = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16));
  digits[12] = '4';
  digits[16] = '89ab'.charAt(Math.floor(Math.random() * 4));
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
