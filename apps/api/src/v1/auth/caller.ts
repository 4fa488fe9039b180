import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiKeyIdentity } from '@reqrun/keys';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';

/** The caller: project and mode of its API key. */
export type Caller = ApiKeyIdentity;

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller; null until its key is found. */
    caller: Caller | null;
  }
}

/**
 * Sets the caller of a call.
 *
 * @param request the call
 * @param caller the owner of its key
 */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  request.caller = caller;
}

/** The caller, as a parameter of a handler. A route that is reached without one fails. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = context.switchToHttp().getRequest<FastifyRequest>().caller;
  if (caller === null) {
    throw new ApiError('invalid_api_key');
  }
  return caller;
});
