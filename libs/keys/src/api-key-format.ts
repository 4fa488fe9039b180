import type { RequestMode } from '@reqrun/contracts';
import { generateToken, isToken } from '@reqrun/platform/crypto';

/** Parts of a key that may be shown. */
export interface ApiKeyParts {
  mode: RequestMode;
  /** The beginning, to recognise it by. */
  prefix: string;
  lastFour: string;
}

const prefixOf = (mode: RequestMode): string => `reqrun_${mode}_`;

/**
 * Makes a key.
 *
 * @param mode `live` or `test`; it stands in the key
 * @returns the key, to be shown once
 */
export function generateApiKey(mode: RequestMode): string {
  return generateToken(prefixOf(mode));
}

/**
 * Whether something can be a key at all.
 *
 * @param key what a client sent
 * @returns its parts, or null: then no look-up is needed
 */
export function parseApiKey(key: string): ApiKeyParts | null {
  const mode = (['live', 'test'] as const).find((one) => isToken(prefixOf(one), key));
  return mode === undefined
    ? null
    : { mode, prefix: key.slice(0, prefixOf(mode).length + 4), lastFour: key.slice(-4) };
}
