import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { ConfigError } from './errors.js';

/** Settings that hold a secret: each may stand in a file instead, named by the setting with `_FILE` behind it. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'REQRUN_DIRECT_DATABASE_URL',
  'REDIS_URL',
  'REQRUN_REDIS_SENTINEL_PASSWORD',
  'REQRUN_OUTBOUND_PROXY',
  'REQRUN_SMTP_URL',
  'REQRUN_MASTER_KEY',
  'REQRUN_MASTER_KEY_PREVIOUS',
  'REQRUN_ADMIN_DATABASE_URL',
  'REQRUN_ADMIN_PASSWORD',
  'OPENAI_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
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

/** Setting whose value may be printed by a command. */
const MASTER_KEY = 'REQRUN_MASTER_KEY';
/** How long the command may take, in ms. */
const COMMAND_LIMIT_MS = 30_000;

/**
 * Adds the master key that `REQRUN_MASTER_KEY_COMMAND` prints, such as that of a secret store. A key that is given
 * itself or in a file wins.
 *
 * @param environment names and values, with the secrets of files in place
 * @throws ConfigError with the exit code of a command that fails, never what it has printed
 */
export function withMasterKeyOfCommand(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { [`${MASTER_KEY}_COMMAND`]: command = '', [MASTER_KEY]: given = '' } = environment;
  if (command === '' || given !== '') {
    return environment;
  }
  const { status, signal, stdout } = spawnSync('/bin/sh', ['-c', command], {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: COMMAND_LIMIT_MS,
  });
  if (status !== 0) {
    throw new ConfigError(
      `${MASTER_KEY}_COMMAND: the command failed (${signal ?? `exit code ${status ?? 'unknown'}`})`,
    );
  }
  return { ...environment, [MASTER_KEY]: stdout.replace(/[\r\n]+$/, '') };
}

function readSecret(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    const { code = 'unknown error' } = error as { code?: string };
    throw new ConfigError(`${setting}: the file can't be read (${code})`);
  }
}
