import createClient from 'openapi-fetch';

import { ApiError } from './api-error';
import { Connection } from './connection';
import { ProofGate } from './proof';
import type { components, paths } from './schema';

/** A shape of the admin API by its name in `openapi.json`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** Knows whether the API answers. */
export const connection = new Connection((request) => fetch(request));

/** Asks the user to authenticate again, where a call requires that. */
export const proofGate = new ProofGate((request) => connection.fetch(request));

/**
 * Client of the admin API, typed by `openapi.json`. It calls the page's own origin, which forwards `/admin`.
 * The browser sends the session cookie.
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
 * Returns the body of an answer.
 *
 * @param call a call of {@link api}
 * @returns its body
 * @throws ApiError when the API refuses the call; `network_error` when it can't be reached
 */
export async function take<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await reached(call);
  if (!response.ok || data === undefined) {
    throw ApiError.from(response, error);
  }
  return data;
}

/**
 * Waits for an answer without a body.
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
