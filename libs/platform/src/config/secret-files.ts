import { readFileSync } from 'node:fs';

import { ConfigError } from './errors.js';

/** Settings that hold a secret: each may stand in a file instead, named by the setting with `_FILE` behind it. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'REDIS_URL',
  'REQRUN_MASTER_KEY',
  'REQRUN_ADMIN_DATABASE_URL',
  'REQRUN_ADMIN_PASSWORD',
  'OPENAI_API_KEY',
] as const;

/**
 * Adds what stands in files: an environment is handed down to children and shown by `docker inspect`, a
 * file is not. A setting that is given itself wins; line ends behind the secret do not belong to it.
 *
 * @param environment names and values; an empty value counts as absent
 * @returns the same with the secrets in place
 * @throws ConfigError naming the setting whose file can't be read, never what is in it
 */
export function withSecretFiles(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string> = {};
  for (const name of SECRET_SETTINGS) {
    const { [`${name}_FILE`]: path = '', [name]: given = '' } = environment;
    if (path !== '' && given === '') {
      const secret = readSecret(`${name}_FILE`, path);
      if (secret !== '') {
        found[name] = secret;
      }
    }
  }
  return { ...environment, ...found };
}

function readSecret(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    const { code = 'unknown error' } = error as { code?: string };
    throw new ConfigError(`${setting}: the file can't be read (${code})`);
  }
}
