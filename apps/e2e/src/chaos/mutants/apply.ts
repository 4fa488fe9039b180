import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Pool } from '@reqrun/platform/database';

import type { Settings } from '../../harness/services.js';
import { MUTANTS } from './mutants.js';

/**
 * Returns the environment with which the processes of a variant are started.
 *
 * @param name name of the variant; null for the unchanged product
 */
export function mutantSettings(name: string | null): Settings {
  return name === null
    ? {}
    : {
        NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'preload.js')).href}`,
        REQRUN_CHAOS_MUTANT: name,
      };
}

/**
 * Removes the guard from the database, if it is there.
 *
 * @param name name of the variant; null for the unchanged product
 * @param pool connections of a superuser
 */
export async function prepareMutant(name: string | null, pool: Pool): Promise<void> {
  const schema = MUTANTS.find((mutant) => mutant.name === name)?.schema;
  if (schema !== undefined) {
    await pool.query(schema);
  }
}
