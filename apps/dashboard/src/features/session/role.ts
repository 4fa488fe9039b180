/** What a person may do in this deployment. */
export type Role = 'owner' | 'member' | 'viewer';

/** From least to most. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, member: 1, owner: 2 };

/** Said of each role where one is chosen. */
export const ROLE_MEANING: Readonly<Record<Role, string>> = {
  owner: 'Everything, including keys, credentials, projects and people',
  member: 'Works with requests: cancel, retry, bulk retry. No keys, credentials or settings',
  viewer: 'Reads only',
};

/**
 * Why a role can't do something. The API decides; this spares the way to it.
 *
 * @param has the person's role
 * @param needs the least role that may
 * @returns a sentence, or null when it may
 */
export function roleRefusal(has: Role, needs: Role): string | null {
  return RANK[has] >= RANK[needs] ? null : `This needs the role ${needs}; yours is ${has}.`;
}
