import { join } from 'node:path';

/** The checkout: five levels above this file, in `src` as in `dist`. */
export const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..', '..');
