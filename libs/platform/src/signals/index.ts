export * from './signal-bus.js';
export * from './open-signal-bus.js';
