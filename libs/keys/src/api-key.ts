import { API_KEY_SCOPES, type ApiKeyScope, type RequestMode } from '@reqrun/contracts';

/**
 * State of a key. `expiring` works, but not for long: it was replaced, or its end is less than a
 * week away.
 */
export type ApiKeyState = 'active' | 'expiring' | 'expired' | 'revoked';

/** Record of a key: everything but the key. */
export interface ApiKey {
  id: string;
  projectId: string;
  mode: RequestMode;
  name: string;
  scopes: readonly ApiKeyScope[];
  /** The beginning, to recognise it by. */
  prefix: string;
  lastFour: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  /** The key that this one takes the place of. */
  rotatedFromId: string | null;
  /** The key that takes this one's place, unless that was revoked. */
  replacedById: string | null;
  /** By the database's clock. */
  state: ApiKeyState;
}

/** A row as `API_KEY_COLUMNS` reads it. */
export interface ApiKeyRow {
  id: string;
  project_id: string;
  mode: RequestMode;
  name: string;
  scopes: ApiKeyScope[] | null;
  prefix: string;
  last_four: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  rotated_from_id: string | null;
  replaced_by_id: string | null;
  state: ApiKeyState;
}

const LIVE_SUCCESSOR = `(SELECT s.id FROM api_keys s WHERE s.rotated_from_id = k.id AND s.revoked_at IS NULL)`;

/** The columns of a key `k`, with its state. The hash is not among them. */
export const API_KEY_COLUMNS = `
  k.id, k.project_id, k.mode, k.name, k.scopes, k.prefix, k.last_four, k.created_at, k.expires_at,
  k.last_used_at, k.revoked_at, k.rotated_from_id, ${LIVE_SUCCESSOR} AS replaced_by_id,
  CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
       WHEN k.expires_at <= now() THEN 'expired'
       WHEN k.expires_at < now() + interval '7 days' OR ${LIVE_SUCCESSOR} IS NOT NULL THEN 'expiring'
       ELSE 'active' END AS state`;

/** A row as the rest of the program knows it. */
export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    projectId: row.project_id,
    mode: row.mode,
    name: row.name,
    scopes: row.scopes ?? API_KEY_SCOPES,
    prefix: row.prefix,
    lastFour: row.last_four,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    rotatedFromId: row.rotated_from_id,
    replacedById: row.replaced_by_id,
    state: row.state,
  };
}
