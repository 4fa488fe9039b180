import type { ApiKeyAuthenticator } from '@reqrun/keys';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { ApiError, notAccepted } from '../http/api-error.js';
import type { ErrorFilter } from '../http/error.filter.js';
import { type Caller, setCaller } from './caller.js';
import type { FailedLookups } from './failed-lookups.js';
import { requireScope } from './needs-scope.js';

const V1 = /^\/v1(\/|\?|$)/;
const BEARER = /^Bearer +(\S+)$/i;

/**
 * Asks every call below /v1 for its key and its scope, before a byte of its body is read.
 *
 * @param server where the hook is added
 * @param authenticator knows the keys
 * @param failures counts failed look-ups per address
 * @param errors answers those that fail
 */
export function requireApiKey(
  server: FastifyInstance,
  authenticator: ApiKeyAuthenticator,
  failures: FailedLookups,
  errors: ErrorFilter,
): void {
  server.decorateRequest('caller', null);
  server.addHook('onRequest', (request, reply, done) => {
    if (!V1.test(request.url) || request.method === 'OPTIONS') {
      done();
      return;
    }
    const refuse = (error: unknown): void => {
      // The body that was not read makes the connection useless for another call.
      reply.header('connection', 'close');
      errors.answer(error, request, reply);
    };
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
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) {
      refuse(new ApiError('invalid_api_key'));
      return;
    }
    // Nearly every call's key is remembered: it goes on in the same turn.
    const remembered = authenticator.remembered(key);
    if (remembered !== null) {
      admit(remembered);
    } else {
      lookUp(key, request, authenticator, failures).then(admit, refuse);
    }
  });
}

async function lookUp(
  key: string,
  request: FastifyRequest,
  authenticator: ApiKeyAuthenticator,
  failures: FailedLookups,
): Promise<Caller> {
  const blockedFor = await failures.blockedFor(request.ip);
  if (blockedFor !== null) {
    throw notAccepted('too_many_failed_keys', blockedFor);
  }
  const caller = await authenticator.authenticate(key);
  if (caller === null) {
    await failures.note(request.ip);
    throw new ApiError('invalid_api_key');
  }
  return caller;
}
