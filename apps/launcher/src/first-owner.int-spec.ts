import { randomBytes } from 'node:crypto';

import { createPool, type Pool } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ensureFirstOwner, type OwnerCredentials, resetPassword } from './first-owner.js';

const masterKey = randomBytes(32);
let database: TestDatabase;
let pool: Pool;
let kept: OwnerCredentials[];

beforeEach(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  pool = createPool({ connectionString, max: 1, applicationName: 'test' });
  kept = [];
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const ensure = (...wishes: { email: string | undefined; password: string | undefined }[]) =>
  ensureFirstOwner({
    connectionString: database.connectionString,
    masterKey,
    wishes,
    keep: (credentials) => Promise.resolve(void kept.push(credentials)),
  });
const NOTHING = { email: undefined, password: undefined };
const users = async () =>
  (await pool.query<{ email: string; role: string }>('SELECT email, role::text FROM people')).rows;

describe('the first owner', () => {
  it('gets an address and a long password where nobody has said any, and is made once', async () => {
    expect(await ensure(NOTHING)).toBe(true);
    expect(kept).toEqual([
      { email: 'owner@localhost', password: expect.stringMatching(/^\S{24}$/) as unknown },
    ]);
    expect(await ensure(NOTHING)).toBe(false);
    expect(kept).toHaveLength(1);
    expect(await users()).toEqual([{ email: 'owner@localhost', role: 'owner' }]);
  });

  it('is who the environment says, else who was written down', async () => {
    const written = { email: 'written@example.com', password: 'written down before' };
    expect(await ensure({ ...NOTHING, email: 'Ada@Example.com' }, written)).toBe(true);
    expect(kept).toEqual([{ email: 'Ada@Example.com', password: 'written down before' }]);
    expect(await users()).toEqual([{ email: 'ada@example.com', role: 'owner' }]);
  });

  it('is written down before it is made: a start that dies in between loses no password', async () => {
    await expect(
      ensureFirstOwner({
        connectionString: database.connectionString,
        masterKey,
        wishes: [],
        keep: () => Promise.reject(new Error('no space left')),
      }),
    ).rejects.toThrow('no space left');
    expect(await users()).toEqual([]);
  });

  it('is refused by the setting’s name, without its value, when the password is too short', async () => {
    const message = await ensure({ ...NOTHING, password: 'canary' }).catch(
      (error: unknown) => (error as Error).message,
    );
    expect(message).toMatch(/^REQRUN_ADMIN_PASSWORD must have 15/);
    expect(message).not.toContain('canary');
  });
});

describe('a person who can’t get in', () => {
  it('gets another password, without a second factor, and no session is left', async () => {
    await ensure(NOTHING);
    await pool.query('UPDATE people SET totp_enabled_at = now(), disabled_at = now()');
    const { rows } = await pool.query<{ hash: string }>('SELECT password_hash AS hash FROM people');
    const at = { connectionString: database.connectionString, masterKey };
    expect(await resetPassword(at, 'Owner@localhost')).toMatch(/^\S{24}$/);
    const after = await pool.query<{ hash: string }>(
      `SELECT password_hash AS hash FROM people WHERE totp_enabled_at IS NULL AND disabled_at IS NULL`,
    );
    expect(after.rows[0]?.hash).toMatch(/^\$argon2id\$/);
    expect(after.rows[0]?.hash).not.toBe(rows[0]?.hash);
    const log = await pool.query('SELECT action FROM audit_log ORDER BY id');
    expect(log.rows).toEqual([{ action: 'person.created' }, { action: 'person.password_reset' }]);
    await expect(resetPassword(at, 'nobody@localhost')).rejects.toThrow('There is no person');
  });
});
