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

/** The caller of the admin API. */
export interface AdminCaller extends CallOrigin {
  /** Session, or token with its scopes. */
  identity: SessionIdentity | TokenIdentity;
  user: UserIdentity;
  role: Role;
}

const CALLERS = new WeakMap<FastifyRequest, AdminCaller>();

/**
 * Sets the caller of a call.
 *
 * @param request the call
 * @param identity the identity of its cookie or token
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
 * Returns the caller of a call.
 *
 * @param request the call
 * @returns null when no user is signed in
 */
export function adminCallerOf(request: FastifyRequest): AdminCaller | null {
  return CALLERS.get(request) ?? null;
}

/** Origin of a call. */
export interface CallOrigin {
  address: string;
  /** Network under which sign-in attempts are counted. */
  network: string;
  userAgent: string | null;
}

/**
 * Returns the origin of a call.
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
 * Returns the actor of a change, for code that writes its own audit entries.
 *
 * @param caller the caller
 */
export function actorContextOf(caller: AdminCaller): ActorContext {
  return { actor: actorOf(caller), address: caller.address, userAgent: caller.userAgent };
}

/** A change for the audit log, without its actor. */
export interface AuditedAction {
  /** Name of the change in the past tense: `key.revoked`. */
  action: string;
  target: AuditTarget;
  projectId?: string;
  /** Names of changed fields, and values that are safe to show. */
  details?: Readonly<Record<string, AuditValue>>;
}

/**
 * Returns an audit entry about a caller's change.
 *
 * @param caller the caller
 * @param action the change
 */
export function entryBy(caller: AdminCaller, action: AuditedAction): NewAuditEntry {
  return { ...action, ...actorContextOf(caller) };
}

function actorOf({ identity, user }: AdminCaller): AuditActor {
  return identity.kind === 'token'
    ? { kind: 'token', id: identity.tokenId, email: user.email, name: identity.tokenName }
    : { kind: 'person', id: user.id, email: user.email, name: user.name };
}
