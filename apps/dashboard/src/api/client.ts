import createClient from 'openapi-fetch';

import { ApiError } from './api-error';
import { ProofGate } from './proof';
import type { components, paths } from './schema';

/** A shape of the admin API by its name in `openapi.json`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** Has whoever is signed in prove who they are, where a call takes that. */
export const proofGate = new ProofGate((request) => fetch(request));

/**
 * The admin API, typed by `openapi.json`. It is called on the page's own origin, which passes
 * `/admin` on; the session's cookie goes along by itself.
 */
export const api = createClient<paths>({
  credentials: 'same-origin',
  cache: 'no-store',
  fetch: (request) => proofGate.fetch(request),
});

interface Result<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Unwraps an answer.
 *
 * @param call a call of {@link api}
 * @returns its body
 * @throws ApiError when the API refused; `network_error` when it was not reached
 */
export async function take<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await reached(call);
  if (!response.ok || data === undefined) {
    throw ApiError.from(response, error);
  }
  return data;
}

/**
 * The same for answers without a body.
 *
 * @param call a call of {@link api}
 * @throws ApiError as `take` does
 */
export async function done(call: Promise<Result<unknown>>): Promise<void> {
  const { error, response } = await reached(call);
  if (!response.ok) {
    throw ApiError.from(response, error);
  }
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw ApiError.unreachable();
  }
}
