import type { ApiKeyAuthenticator } from '@reqrun/keys';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';

import { ApiError, notAccepted } from '../../http/api-error.js';
import type { ErrorFilter } from '../../http/error.filter.js';
import { addRequestHook } from '../../http/route-hooks.js';
import { type Caller, setCaller } from './caller.js';
import type { FailedLookups } from '../../http/failed-lookups.js';
import { assertScopeDeclared, requireScope } from './needs-scope.js';
import { addressOf } from '../../http/network.js';
import { isOwnCall } from './own-calls.js';

const V1 = /^\/v1(\/|\?|$)/;
/** Paths that need no API key. Below /admin, the guard authorizes; the public ones are listed here. */
const ADMIN = /^\/admin(\/|$)/;
const PUBLIC: ReadonlySet<string> = new Set([
  '/health/live',
  '/health/ready',
  '/metrics',
  // Preflights, where other origins are allowed.
  '*',
]);
const BEARER = /^Bearer +(\S+)$/i;

/**
 * Authenticates every call of a route below /v1 and checks its scope, before a byte of its body is read. The
 * matched route decides, not the spelling of the path: the hook is a part of the route. Paths below /v1
 * without a route require a key too, so that routes can't be probed without one. A call that comes from
 * ReqRun itself is refused, whatever its key.
 *
 * @param server the server, before any route is added
 * @param authenticator finds keys
 * @param failures throttles failed look-ups per address
 * @param errors answers calls that fail
 */
export function requireApiKey(
  server: FastifyInstance,
  authenticator: ApiKeyAuthenticator,
  failures: FailedLookups,
  errors: ErrorFilter,
): void {
  server.decorateRequest('caller', null);
  const identify: onRequestHookHandler = (request, reply, done) => {
    const refuse = (error: unknown): void => errors.answer(error, request, reply);
    const admit = (caller: Caller): void => {
      try {
        requireScope(request, caller);
      } catch (error) {
        refuse(error);
        return;
      }
      setCaller(request, caller);
      done();
    };
    if (isOwnCall(request.headers)) {
      refuse(new ApiError('loop_detected', { headers: { 'x-should-retry': 'false' } }));
      return;
    }
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) {
      refuse(new ApiError('invalid_api_key'));
      return;
    }
    // Nearly every key is cached, so the call goes on in the same turn of the event loop.
    const remembered = authenticator.remembered(key);
    if (remembered !== null) {
      admit(remembered);
    } else {
      lookUp(key, request, authenticator, failures).then(admit, refuse);
    }
  };
  server.addHook('onRoute', (route) => {
    if (V1.test(route.url)) {
      assertScopeDeclared(route);
      addRequestHook(route, identify);
    } else if (!ADMIN.test(route.url) && !PUBLIC.has(route.url)) {
      throw new Error(`The route ${route.url} does not say who may call it.`);
    }
  });
  server.addHook('onRequest', function (request, reply, done) {
    if (request.is404 && request.method !== 'OPTIONS' && V1.test(request.url)) {
      identify.call(this, request, reply, done);
    } else {
      done();
    }
  });
}

async function lookUp(
  key: string,
  request: FastifyRequest,
  authenticator: ApiKeyAuthenticator,
  failures: FailedLookups,
): Promise<Caller> {
  const outcome = await failures.lookUp(addressOf(request), () => authenticator.authenticate(key));
  switch (outcome.kind) {
    case 'found':
      return outcome.found;
    case 'blocked':
      throw notAccepted('too_many_failed_keys', outcome.seconds);
    case 'unknown':
      throw new ApiError('invalid_api_key');
  }
}
