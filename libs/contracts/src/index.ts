export * from './api-key-scope.js';
export * from './endpoints.js';
export * from './error-codes.js';
export * from './provider-error-codes.js';
export * from './render-errors-table.js';
export * from './request-id.js';
export * from './request-record.js';
export * from './request-status.js';
