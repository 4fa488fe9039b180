export type { ApiKey, ApiKeyState } from './api-key.js';
export * from './api-key-authenticator.js';
export * from './api-key-format.js';
export * from './api-key-store.js';
export * from './key-watch.js';
