/** Role of a user in this deployment. */
export type Role = 'owner' | 'member' | 'viewer';

/** Ranks of the roles, from least to most. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, member: 1, owner: 2 };

/** Descriptions of the roles for the form that assigns one. */
export const ROLE_MEANING: Readonly<Record<Role, string>> = {
  owner: 'Everything, including keys, credentials, projects and people',
  member: 'Works with requests: cancel, retry, bulk retry. No keys, credentials or settings',
  viewer: 'Reads only',
};

/**
 * Returns the reason for which a role may not do something. The API enforces it; this is a hint to the user.
 *
 * @param has role of the user
 * @param needs the least role that is sufficient
 * @returns a sentence, or null when the role is sufficient
 */
export function roleRefusal(has: Role, needs: Role): string | null {
  return RANK[has] >= RANK[needs] ? null : `This needs the role ${needs}; yours is ${has}.`;
}
