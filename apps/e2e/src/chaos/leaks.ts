import type { Pool } from '@reqrun/platform/database';
import { onRedis } from '@reqrun/platform/testing';

import type { System } from './system/system.js';

/**
 * Searches for texts that must not be there: in the output of the processes and PostgreSQL, in all commands
 * and keys of Redis, and in all columns of all tables, sealed ones included.
 *
 * @param system the system under test
 * @param secrets the canary and the API keys
 * @returns places at which one was found; never the text itself
 */
export async function findLeaks(system: System, secrets: readonly string[]): Promise<string[]> {
  const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  return [
    ...system.services.filter(({ output }) => holds(output)).map(({ name }) => `log of ${name}`),
    ...(holds(await system.postgresLog()) ? ['log of PostgreSQL'] : []),
    ...(holds(await system.callLines()) ? ['call log of the simulator'] : []),
    ...(await inDatabase(system.pool, secrets)),
    ...(system.redis === null ? [] : await inRedis(system.redis.url, holds)),
    ...(system.redis?.leaks ?? []).map((command) => `Redis command ${command}`),
  ];
}

async function inDatabase(pool: Pool, secrets: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{
    place: string;
    schema: string;
    relation: string;
    column: string;
    bytes: boolean;
  }>(
    `SELECT format('%s.%s.%s', table_schema, table_name, column_name) AS place,
            table_schema AS schema, table_name AS relation, column_name AS column, data_type = 'bytea' AS bytes
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
       AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY')`,
  );
  const found: string[] = [];
  for (const { place, schema, relation, column, bytes } of rows) {
    const text = `"${column}"::text`;
    const condition = bytes
      ? `position(convert_to(secret, 'UTF8') IN "${column}") > 0`
      : `position(secret IN ${text}) > 0`;
    const { rows: hits } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM "${schema}"."${relation}", unnest($1::text[]) AS secret
       WHERE ${condition}`,
      [secrets],
    );
    if ((hits[0]?.count ?? 0) > 0) {
      found.push(`column ${place}`);
    }
  }
  return found;
}

function inRedis(url: string, holds: (text: string) => boolean): Promise<string[]> {
  return onRedis(url, async (client) => {
    const found: string[] = [];
    for (const key of await client.keys('*')) {
      if (holds(key) || holds(JSON.stringify(await valueOf(client, key)))) {
        found.push('a key in Redis');
      }
    }
    return found;
  });
}

type RedisClient = Parameters<Parameters<typeof onRedis>[1]>[0];

async function valueOf(client: RedisClient, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'string':
      return client.get(key);
    case 'hash':
      return client.hgetall(key);
    case 'list':
      return client.lrange(key, 0, -1);
    case 'set':
      return client.smembers(key);
    case 'zset':
      return client.zrange(key, '0', '-1');
    case 'stream':
      return client.xrange(key, '-', '+');
    default:
      return null;
  }
}
