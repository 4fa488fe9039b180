export * from './aead.js';
export * from './data-key-ring.js';
export * from './keyed-hash.js';
export * from './master-key.js';
export * from './random-bytes.js';
export * from './secret-box.js';
export * from './token-format.js';
export * from './rotate-master-key.js';
