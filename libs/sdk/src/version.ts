/** This package's version. Written by `npm run generate`; it comes from package.json. */
export const VERSION = '0.1.0';
