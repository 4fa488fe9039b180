/** Roles of users, everywhere in the deployment; each includes what stands after it. */
export const ROLES = ['owner', 'member', 'viewer'] as const;

/** One of them. */
export type Role = (typeof ROLES)[number];

/**
 * Whether a role is enough.
 *
 * @param role what somebody has
 * @param needed what something takes
 */
export function roleSuffices(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}
