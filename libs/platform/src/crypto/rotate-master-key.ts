import type { Pool, Queryable } from '../database/index.js';
import { inTransaction } from '../database/index.js';
import { wrapName } from './data-key-ring.js';
import type { MasterKey } from './master-key.js';

/** Data keys that are wrapped anew in one transaction. */
const BATCH = 200;

/** Numbers of a rotation. */
export interface RotationCounts {
  /** Secrets and data keys that this call has wrapped anew. */
  readonly rewrapped: number;
  /** Secrets and data keys that were opened with the new key alone afterwards: all there are. */
  readonly verified: number;
}

interface Wrapped {
  /** Name of the secret, or id of the data key. */
  readonly key: string;
  /** Name under which it is wrapped. */
  readonly name: string;
  readonly wrapped: Buffer;
}

/**
 * Wraps all secrets and data keys with a new master key while API and workers run, which must know both keys.
 * The first transaction moves the secrets; from then on new data keys are wrapped with the new key too. A call
 * that was cut short is repeated.
 *
 * @param pool the database
 * @param masterKey the new key, with the previous one
 * @throws MasterKeyMismatchError when something opens with neither key; it and what follows stay as they are
 * @throws DatabaseError
 */
export async function rotateMasterKey(pool: Pool, masterKey: MasterKey): Promise<RotationCounts> {
  let rewrapped = await inTransaction(pool, async (on) => {
    // Who stores a data key now decides before this, and its key is found below, or sees what this has done.
    await on.query('LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE');
    await on.query('LOCK TABLE secrets IN SHARE ROW EXCLUSIVE MODE');
    return await rewrap(on, SECRETS, masterKey);
  });
  for (let more = true; more;) {
    const count = await inTransaction(pool, (on) => rewrap(on, DATA_KEYS, masterKey));
    rewrapped += count;
    more = count > 0;
  }
  return { rewrapped, verified: await verify(pool, masterKey) };
}

/** Statements for one of the two tables. */
interface Table {
  readonly all: string;
  readonly others: string;
  readonly update: string;
}

const NAMED_SECRETS = 'SELECT name AS key, name, wrapped FROM secrets';
const NAMED_KEYS = 'SELECT id::text AS key, project_id::text AS name, wrapped FROM data_keys';

const SECRETS: Table = {
  all: NAMED_SECRETS,
  others: `${NAMED_SECRETS} WHERE master_key_id <> $1 ORDER BY name`,
  update: 'UPDATE secrets SET wrapped = $2, master_key_id = $3 WHERE name = $1',
};
const DATA_KEYS: Table = {
  all: NAMED_KEYS,
  others: `${NAMED_KEYS} WHERE master_key_id <> $1 ORDER BY id LIMIT ${BATCH} FOR UPDATE`,
  update: 'UPDATE data_keys SET wrapped = $2, master_key_id = $3 WHERE id = $1::int',
};

async function rewrap(on: Queryable, table: Table, masterKey: MasterKey): Promise<number> {
  const { rows } = await on.query<Wrapped>(table.others, [masterKey.id]);
  for (const { key, name, wrapped } of rows) {
    const own = table === SECRETS ? name : wrapName(name);
    const anew = masterKey.wrap(own, masterKey.unwrap(own, wrapped));
    await on.query(table.update, [key, anew, masterKey.id]);
  }
  return rows.length;
}

/** Opens everything with the new key alone: the previous one is thrown away after this. */
async function verify(pool: Pool, masterKey: MasterKey): Promise<number> {
  const alone = masterKey.alone();
  let verified = 0;
  for (const table of [SECRETS, DATA_KEYS]) {
    const { rows } = await pool.query<Wrapped>(table.all);
    for (const { name, wrapped } of rows) {
      alone.unwrap(table === SECRETS ? name : wrapName(name), wrapped);
      verified += 1;
    }
  }
  return verified;
}
