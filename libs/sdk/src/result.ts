import type { APIResult } from './api-promise.js';
import type { HttpAnswer } from './http/transport.js';
import type { RawResponse } from './types/fetch.js';

/**
 * An answer as its caller gets it. The caller knows its shape from the wire contract.
 *
 * @param answer what was answered
 */
export function resultOf<T>({ body, response }: HttpAnswer): APIResult<T> {
  return {
    data: body as T,
    response: response as RawResponse,
    requestId: response.headers.get('x-request-id'),
  };
}
