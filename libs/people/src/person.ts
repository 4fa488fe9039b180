import type { Role } from './role.js';

/** Somebody who may sign in, as people may see it. */
export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
  lastSignInAt: Date | null;
  totpEnabled: boolean;
  disabledAt: Date | null;
}

/** Columns that are read of a person to show it: that there is a second factor, and not which. */
export const PERSON_COLUMNS = {
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
 * A row as people may see it.
 *
 * @param row the columns of {@link PERSON_COLUMNS}
 */
export function personOf({
  totpEnabledAt,
  ...row
}: Omit<Person, 'totpEnabled'> & { totpEnabledAt: Date | null }): Person {
  return { ...row, totpEnabled: totpEnabledAt !== null };
}
