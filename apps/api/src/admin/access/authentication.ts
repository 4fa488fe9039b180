import { fastifyCookie } from '@fastify/cookie';
import {
  type AccessTokens,
  type SessionIdentity,
  type Sessions,
  type TokenIdentity,
} from '@reqrun/users';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';

import type { FailedLookups } from '../../http/failed-lookups.js';
import { addressOf } from '../../http/network.js';
import { ApiError, notAccepted } from '../../http/api-error.js';
import type { ErrorFilter } from '../../http/error.filter.js';
import { addRequestHook } from '../../http/route-hooks.js';
import type { AdminSettings } from '../admin-settings.js';
import { setAdminCaller } from './admin-caller.js';
import { sessionSecretOf } from './session-cookie.js';

const ADMIN = /^\/admin(\/|\?|$)/;
const BEARER = /^Bearer +(\S+)$/i;
/** Largest body of the admin API, in bytes; its bodies are small. */
const MOST_BODY_BYTES = 64 * 1024;
/** Header of requests that a page repeats by itself. They do not keep the session alive. */
const BACKGROUND_HEADER = 'x-reqrun-background';

/** Parts that authenticate calls to the admin API. */
export interface AdminAuthentication {
  sessions: Sessions;
  tokens: AccessTokens;
  /** Throttles unknown tokens per address. */
  failures: FailedLookups;
  settings: AdminSettings;
  /** Reason for which the admin API can't serve, or null. */
  fault: string | null;
}

/**
 * Authenticates every call below /admin, before a byte of its body is read. The guard then authorizes it.
 *
 * @param server the server
 * @param authentication the parts that authenticate calls
 * @param errors answers calls that fail
 */
export function recogniseUsers(
  server: FastifyInstance,
  authentication: AdminAuthentication,
  errors: ErrorFilter,
): void {
  // Cookies are parsed only where they are needed.
  void server.register(fastifyCookie, { hook: false });
  const recognise: onRequestHookHandler = (request, reply, done) => {
    reply.header('cache-control', 'no-store');
    identify(request, authentication).then(
      (identity) => {
        if (identity !== null) {
          setAdminCaller(request, identity);
        }
        done();
      },
      (error: unknown) => errors.answer(error, request, reply),
    );
  };
  // The matched route decides, not the spelling of the path.
  server.addHook('onRoute', (route) => {
    if (ADMIN.test(route.url)) {
      route.bodyLimit = MOST_BODY_BYTES;
      addRequestHook(route, recognise);
    }
  });
  server.addHook('onRequest', function (request, reply, done) {
    if (request.is404 && ADMIN.test(request.url)) {
      recognise.call(this, request, reply, done);
    } else {
      done();
    }
  });
}

async function identify(
  request: FastifyRequest,
  { sessions, tokens, failures, settings, fault }: AdminAuthentication,
): Promise<SessionIdentity | TokenIdentity | null> {
  if (fault !== null) {
    throw new ApiError('admin_unavailable');
  }
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const secret = sessionSecretOf(request, settings);
    return secret === undefined
      ? null
      : sessions.find(secret, request.headers[BACKGROUND_HEADER] === undefined);
  }
  // A token takes precedence: a cookie beside it is ignored.
  const outcome = await failures.lookUp(addressOf(request), () =>
    tokens.find(BEARER.exec(authorization)?.[1] ?? ''),
  );
  switch (outcome.kind) {
    case 'found':
      return outcome.found;
    case 'blocked':
      throw notAccepted('too_many_attempts', outcome.seconds);
    case 'unknown':
      throw new ApiError('not_signed_in');
  }
}
