/** What an API key may do: send, cancel and retry requests, or look at them. */
export const API_KEY_SCOPES = ['requests:write', 'requests:read'] as const;

/** What an API key may do. */
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];
