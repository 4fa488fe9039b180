import type { Role } from './role.js';

/** Somebody who may sign in, as users may see it. */
export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
  lastSignInAt: Date | null;
  totpEnabled: boolean;
  disabledAt: Date | null;
}

/** Columns that are read of a user to show it: that there is a second factor, and not which. */
export const USER_COLUMNS = {
  id: true,
  email: true,
  name: true,
  role: true,
  createdAt: true,
  lastSignInAt: true,
  totpEnabledAt: true,
  disabledAt: true,
} as const;

/**
 * A row as users may see it.
 *
 * @param row the columns of {@link USER_COLUMNS}
 */
export function toUser({
  totpEnabledAt,
  ...row
}: Omit<User, 'totpEnabled'> & { totpEnabledAt: Date | null }): User {
  return { ...row, totpEnabled: totpEnabledAt !== null };
}
