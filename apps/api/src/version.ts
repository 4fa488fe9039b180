/** The product's version, as the provider sees it in the user agent. */
export const VERSION = '0.1.0';
