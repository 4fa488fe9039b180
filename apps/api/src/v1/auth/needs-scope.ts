import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiResponse } from '@nestjs/swagger';
import type { ApiKeyScope } from '@reqrun/contracts';
import type { FastifyRequest, RouteOptions } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import type { Caller } from './caller.js';

/** Scope that a route below /v1 needs; `any` allows every key. */
type NeededScope = ApiKeyScope | 'any';

/**
 * Declares the scope that a route needs. A route below /v1 without a declaration refuses all calls.
 *
 * @param scope the scope, or `any`
 */
export function NeedsScope(scope: NeededScope): MethodDecorator {
  const refused = ApiResponse({
    status: 403,
    type: ErrorBodyDto,
    description: `The key lacks the scope \`${scope}\`.`,
  });
  return applyDecorators(RouteConfig({ scope }), ...(scope === 'any' ? [] : [refused]));
}

/**
 * Asserts that a route below /v1 declares its scope.
 *
 * @param route a route that is being registered
 * @throws Error naming a route that does not
 */
export function assertScopeDeclared({ url, config }: RouteOptions): void {
  if ((config as { scope?: NeededScope } | undefined)?.scope === undefined) {
    throw new Error(`The route ${url} does not say which scope it needs.`);
  }
}

/**
 * Checks that a caller has the scope of its route. A path without a route passes, to be answered 404.
 *
 * @param request the call
 * @param caller the owner of its key
 * @throws ApiError `insufficient_scope`
 */
export function requireScope(request: FastifyRequest, caller: Caller): void {
  if (request.is404) {
    return;
  }
  const { scope } = request.routeOptions.config as { scope?: NeededScope };
  if (scope === undefined || (scope !== 'any' && !caller.scopes.includes(scope))) {
    throw new ApiError('insufficient_scope');
  }
}
