import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiResponse } from '@nestjs/swagger';
import type { ApiKeyScope } from '@reqrun/contracts';
import type { FastifyRequest, RouteOptions } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import type { Caller } from './caller.js';

/** What a route below /v1 needs; `any` is for what every key may do. */
type NeededScope = ApiKeyScope | 'any';

/**
 * Says which scope of an API key a route needs. A route below /v1 that does not say so answers nobody.
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
 * Looks whether a route below /v1 says which scope it needs.
 *
 * @param route a route that is being registered
 * @throws Error that names it when it does not
 */
export function assertScopeDeclared({ url, config }: RouteOptions): void {
  if ((config as { scope?: NeededScope } | undefined)?.scope === undefined) {
    throw new Error(`The route ${url} does not say which scope it needs.`);
  }
}

/**
 * Holds a caller against what its route needs. What is no route is left to be answered as such.
 *
 * @param request the call
 * @param caller whom its key belongs to
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
