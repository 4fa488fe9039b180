export * from './caller-context.js';
export * from './open-telemetry.js';
export * from './telemetry.js';
