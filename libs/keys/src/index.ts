export * from './api-key-format.js';
export * from './api-key-store.js';
export * from './api-key-authenticator.js';
