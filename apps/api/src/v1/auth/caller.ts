import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiKeyIdentity } from '@reqrun/keys';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';

/** Whom a call comes from: the project and mode of its API key. */
export type Caller = ApiKeyIdentity;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until its key is known. */
    caller: Caller | null;
  }
}

/**
 * Notes whom a call comes from.
 *
 * @param request the call
 * @param caller whom its key belongs to
 */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  request.caller = caller;
}

/** The caller, as a parameter of a handler. A route that was reached without one answers nobody. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = context.switchToHttp().getRequest<FastifyRequest>().caller;
  if (caller === null) {
    throw new ApiError('invalid_api_key');
  }
  return caller;
});
