export * from './canonical-json.js';
export * from './raw-json.js';
