import type { AuditActor } from './audit/audit-entry.js';

/** User or program that does something, and from where, as the audit log takes it. */
export interface ActorContext {
  actor: AuditActor;
  address: string | null;
  userAgent: string | null;
}
