export * from './backoff-timer.js';
