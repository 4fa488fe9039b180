export * from './grouped-call.js';
