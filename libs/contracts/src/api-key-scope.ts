/** Rights of an API key: send, cancel and retry requests, or look at them. */
export const API_KEY_SCOPES = ['requests:write', 'requests:read'] as const;

/** One of them. */
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];
