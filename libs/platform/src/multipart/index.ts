export * from './boundary.js';
export * from './form-part.js';
export * from './scan-multipart.js';
