export * from './open-platform.js';
export * from './run-service.js';
