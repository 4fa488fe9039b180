export * from './canonical-json.js';
export * from './canonical-number.js';
export * from './elements.js';
export { isSpace } from './json-tokens.js';
export * from './members.js';
export * from './scan-gradually.js';
export * from './scan-json.js';
