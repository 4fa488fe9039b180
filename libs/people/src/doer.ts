import type { AuditActor } from './audit/audit-entry.js';

/** Person or program that does something, and from where, as the audit log takes it. */
export interface Doer {
  actor: AuditActor;
  address: string | null;
  userAgent: string | null;
}
