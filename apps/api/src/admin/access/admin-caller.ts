import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type {
  AuditActor,
  AuditTarget,
  AuditValue,
  ActorContext,
  NewAuditEntry,
  UserIdentity,
  Role,
  SessionIdentity,
  TokenIdentity,
} from '@reqrun/users';
import type { FastifyRequest } from 'fastify';

import { addressOf, networkOf } from '../../http/network.js';
import { ApiError } from '../../http/api-error.js';

/** Whom a call to the admin API comes from. */
export interface AdminCaller extends CallOrigin {
  /** A session, or a token with its scopes. */
  identity: SessionIdentity | TokenIdentity;
  user: UserIdentity;
  role: Role;
}

const CALLERS = new WeakMap<FastifyRequest, AdminCaller>();

/**
 * Notes whom a call comes from.
 *
 * @param request the call
 * @param identity whose its cookie or token is
 */
export function setAdminCaller(
  request: FastifyRequest,
  identity: SessionIdentity | TokenIdentity,
): void {
  CALLERS.set(request, {
    identity,
    user: identity.user,
    role: identity.user.role,
    ...originOf(request),
  });
}

/**
 * Whom a call comes from.
 *
 * @param request the call
 * @returns null when nobody is signed in
 */
export function adminCallerOf(request: FastifyRequest): AdminCaller | null {
  return CALLERS.get(request) ?? null;
}

/** Where a call comes from. */
export interface CallOrigin {
  address: string;
  /** What attempts are counted under. */
  network: string;
  userAgent: string | null;
}

/**
 * Where a call comes from.
 *
 * @param request the call
 */
export function originOf(request: FastifyRequest): CallOrigin {
  const address = addressOf(request);
  return {
    address,
    network: networkOf(address),
    userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
  };
}

/** The caller, as a parameter of a handler of the admin API that is not public. */
export const CurrentPerson = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = adminCallerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller === null) {
    throw new ApiError('not_signed_in');
  }
  return caller;
});

/**
 * Who does something, for what writes the audit log by itself.
 *
 * @param caller who
 */
export function doerOf(caller: AdminCaller): ActorContext {
  return { actor: actorOf(caller), address: caller.address, userAgent: caller.userAgent };
}

/** What was done, without who did it. */
export interface AuditedAction {
  /** In the past tense: `key.revoked`. */
  action: string;
  target: AuditTarget;
  projectId?: string;
  /** Names of what changed, and values that are safe to show. */
  details?: Readonly<Record<string, AuditValue>>;
}

/**
 * An entry for the audit log about what a caller does.
 *
 * @param caller who
 * @param deed what
 */
export function entryBy(caller: AdminCaller, deed: AuditedAction): NewAuditEntry {
  return { ...deed, ...doerOf(caller) };
}

function actorOf({ identity, user }: AdminCaller): AuditActor {
  return identity.kind === 'token'
    ? { kind: 'token', id: identity.tokenId, email: user.email, name: identity.tokenName }
    : { kind: 'person', id: user.id, email: user.email, name: user.name };
}
