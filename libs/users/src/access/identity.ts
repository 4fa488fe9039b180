import type { Role } from '../role.js';
import type { TokenScope } from '../scope.js';

/** Somebody who may do something here. */
export interface UserIdentity {
  id: string;
  email: string;
  name: string;
  role: Role;
}

/** A browser that is signed in. */
export interface SessionIdentity {
  kind: 'session';
  sessionId: string;
  user: UserIdentity;
  createdAt: Date;
  /** The user's last proof of who they are: by signing in, or by a password or code since. */
  authenticatedAt: Date;
  /** True while that is recent enough for what makes access last, by the database's clock. */
  provedRecently: boolean;
  /** Its end, whatever happens. */
  expiresAt: Date;
  /** Its end if it is not used before. */
  idleExpiresAt: Date;
}

/** A script with a personal access token: it acts as its user, within the token's scopes. */
export interface TokenIdentity {
  kind: 'token';
  tokenId: string;
  tokenName: string;
  scopes: ReadonlySet<TokenScope>;
  user: UserIdentity;
}
