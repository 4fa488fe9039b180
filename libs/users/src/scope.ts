/** Rights of a personal access token, each within its user's role. */
export const TOKEN_SCOPES = [
  'requests:read',
  'requests:write',
  'keys:read',
  'keys:write',
  'projects:read',
  'projects:write',
  'providers:write',
  'metrics:read',
  'audit:read',
] as const;

/** One of them. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];
