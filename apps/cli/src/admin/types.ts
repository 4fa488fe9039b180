import type { ApiKeyScope, RequestMode } from '@reqrun/contracts';

/** A page of a list of the admin API. */
export interface Page<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** The part of a project that is needed here. */
export interface Project {
  /** A UUID. */
  id: string;
  name: string;
  /** ISO 8601; set while its keys are refused. */
  archived_at: string | null;
}

/** An API key, less the key. Times are ISO 8601, UTC. */
export interface Key {
  /** A UUID. */
  id: string;
  name: string;
  mode: RequestMode;
  scopes: ApiKeyScope[];
  /** How the key begins. */
  prefix: string;
  last_four: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  rotated_from_id: string | null;
  replaced_by_id: string | null;
  /** `expiring` works: it was replaced, or ends within a week. */
  state: 'active' | 'expiring' | 'expired' | 'revoked';
}

/** A key that was just made. */
export interface KeyWithSecret extends Key {
  /** The key itself: shown this once. */
  secret: string;
}

/** A key to make. */
export interface NewKey {
  name: string;
  mode: RequestMode;
  /** Both when it is left out. */
  scopes?: readonly ApiKeyScope[];
  /** ISO 8601; never when it is left out. */
  expires_at?: string;
}
