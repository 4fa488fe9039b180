import { cleanEnv, EnvError, EnvMissingError } from 'envalid';
import type { CleanedEnv, CleanOptions } from 'envalid';

import { ConfigError } from './errors.js';
import { withMasterKeyOfCommand, withSecretFiles } from './secret-files.js';

/** Source of settings: `process.env`, or a plain object in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks settings.
 *
 * @param environment names and values; an empty value counts as absent
 * @param specs what is read, with defaults and descriptions
 * @throws ConfigError naming every setting that is missing or wrong, or whose file can't be read, never its value
 */
export function readSettings<S>(environment: Environment, specs: S): CleanedEnv<S> {
  const found = withSecretFiles(
    Object.fromEntries(
      Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
    ),
  );
  // A program that has no use for the key does not ask for it.
  const given = Object.hasOwn(specs as object, 'REQRUN_MASTER_KEY')
    ? withMasterKeyOfCommand(found)
    : found;
  const options: CleanOptions<S> = {
    reporter: ({ errors }) => {
      const problems = Object.entries<unknown>(errors).map(([name, error]) =>
        error instanceof EnvMissingError
          ? `${name} is not set`
          : error instanceof EnvError
            ? `${name}: ${error.message}`
            : `${name} is not valid`,
      );
      if (problems.length > 0) {
        throw new ConfigError(problems.join('; '));
      }
    },
  };
  return cleanEnv(given, specs, options);
}
