import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Pool } from '@reqrun/platform/database';

import type { Settings } from '../../harness/services.js';
import { MUTANTS } from './mutants.js';

/**
 * What the processes of a variant are started with.
 *
 * @param name of the variant; null for the product as it is
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
 * Takes the guard out of the database, where it stands there.
 *
 * @param name of the variant; null for the product as it is
 * @param pool a superuser's connections
 */
export async function prepareMutant(name: string | null, pool: Pool): Promise<void> {
  const schema = MUTANTS.find((mutant) => mutant.name === name)?.schema;
  if (schema !== undefined) {
    await pool.query(schema);
  }
}
