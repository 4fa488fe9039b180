/** Version of the product, which the user agent of provider calls contains. */
export const VERSION = '0.1.0';
