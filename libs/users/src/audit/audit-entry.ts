/** Actor of an entry. */
export interface AuditActor {
  /** `system`: nobody who is signed in, e.g. the first start. */
  kind: 'person' | 'token' | 'system';
  /** Of the user or of the token. */
  id: string | null;
  /** Of the user, also where a token acted. */
  email: string | null;
  /** The user's or the token's. */
  name: string | null;
}

/** Object that something was done to. */
export interface AuditTarget {
  /** E.g. `project`, `key`, `user`, `request`. */
  kind: string;
  id: string;
  /** As it was called then. */
  name?: string;
}

/** A value that may stand in the log: never a secret, never content. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | readonly AuditValue[]
  | { readonly [name: string]: AuditValue };

/** Something that was done. */
export interface NewAuditEntry {
  actor: AuditActor;
  /** Kind of object and what was done to it, in the past tense: `key.revoked`. */
  action: string;
  target: AuditTarget;
  projectId?: string;
  address: string | null;
  userAgent: string | null;
  /** Names of what changed, and values that are safe to show. */
  details?: Readonly<Record<string, AuditValue>>;
}

/** An entry as it stands in the log. */
export interface AuditEntry {
  id: bigint;
  at: Date;
  actor: AuditActor;
  action: string;
  target: { kind: string; id: string; name: string | null };
  projectId: string | null;
  address: string | null;
  userAgent: string | null;
  details: Readonly<Record<string, AuditValue>>;
  hash: Buffer;
}
