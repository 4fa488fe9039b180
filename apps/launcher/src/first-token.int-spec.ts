import { randomBytes } from 'node:crypto';

import { createPool, type Pool } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ensureFirstOwner, ensureFirstToken } from './first-owner.js';

const OWNER = { email: 'owner@localhost', password: 'a password of some length' };

describe('the token of the command line', () => {
  const masterKey = randomBytes(32);
  let database: TestDatabase;
  let pool: Pool;
  beforeEach(async () => {
    database = await createTestDatabase();
    const { connectionString } = database;
    pool = createPool({ connectionString, max: 1, applicationName: 'test' });
    await ensureFirstOwner({
      connectionString,
      masterKey,
      wishes: [OWNER],
      keep: () => Promise.resolve(),
    });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  const ensure = (kept?: string, email = OWNER.email): Promise<string | null> =>
    ensureFirstToken({ connectionString: database.connectionString, masterKey }, { email, kept });
  const tokens = async () =>
    (await pool.query<{ name: string; scopes: string[] }>('SELECT name, scopes FROM access_tokens'))
      .rows;

  it('is the owner’s, may keep keys and no more, is made once and written down in the audit log', async () => {
    const token = await ensure();
    expect(token).toMatch(/^reqrun_admin_/);
    expect(await ensure(token!)).toBeNull();
    expect(await tokens()).toEqual([
      {
        name: 'command line',
        scopes: [
          ...['requests:read', 'requests:write', 'keys:read', 'keys:write', 'projects:read'],
          'metrics:read',
        ],
      },
    ]);
    const { rows } = await pool.query(
      `SELECT action FROM audit_log WHERE action = 'access_token.created'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('stays away when it was revoked, and comes anew where the database does not know it', async () => {
    const token = await ensure();
    await pool.query('UPDATE access_tokens SET revoked_at = now()');
    expect(await ensure(token!)).toBeNull();
    expect(await ensure(`${token!.slice(0, -1)}0`)).toMatch(/^reqrun_admin_/);
  });

  it('is made for nobody who is no owner, or may not sign in', async () => {
    expect(await ensure(undefined, 'somebody@else.example')).toBeNull();
    await pool.query('UPDATE people SET disabled_at = now()');
    expect(await ensure()).toBeNull();
    expect(await tokens()).toEqual([]);
  });
});
