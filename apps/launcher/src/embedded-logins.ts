import { createHmac } from 'node:crypto';

import { ADMIN_ROLE } from '@reqrun/users';
import { ensureDatabase, ensureLogins, type Login } from '@reqrun/platform/migrations';

/** Under whom the processes of `npm start` reach the embedded database: connection URLs, passwords included. */
export interface EmbeddedLogins {
  /** Of API, worker and migrations: the owner of the database, and no superuser. */
  readonly databaseUrl: string;
  /** Of the admin API: a member of its role and of nothing else. */
  readonly adminDatabaseUrl: string;
}

/**
 * Makes the embedded server's database and its two logins, at every start: a home of an earlier version,
 * in which all was the superuser's, becomes like a new one.
 *
 * @param superuserUrl a connection URL of the superuser, of the database
 * @returns under whom the processes are to work
 * @throws MigrationError when the server can't be reached
 */
export async function ensureEmbeddedLogins(superuserUrl: string): Promise<EmbeddedLogins> {
  await ensureDatabase(superuserUrl);
  const { password } = new URL(superuserUrl);
  const login = (name: string): Login => ({ name, password: derived(password, name) });
  const owner = login('reqrun');
  const member = login('reqrun_dashboard');
  await ensureLogins(superuserUrl, { owner, member, role: ADMIN_ROLE });
  return { databaseUrl: as(superuserUrl, owner), adminDatabaseUrl: as(superuserUrl, member) };
}

/** The same after each start, without a further file; nobody can get back to the superuser's from it. */
function derived(password: string, name: string): string {
  return createHmac('sha256', password).update(`login ${name}`).digest('hex');
}

function as(connectionString: string, { name, password }: Login): string {
  const url = new URL(connectionString);
  url.username = name;
  url.password = password;
  return url.href;
}
