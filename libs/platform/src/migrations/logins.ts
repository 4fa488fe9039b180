import type { Client } from 'pg';

import { withClient } from './databases.js';
import { ensureRole } from './role.js';

/** A login of a server. */
export interface Login {
  /** Letters, digits and underscores. */
  name: string;
  password: string;
}

/** Logins that work on a database in place of the server's superuser. */
export interface Logins {
  /** Owns the database and all that is in it: runs the migrations and the services. */
  owner: Login;
  /** Is a member of `role` and of nothing else. */
  member: Login;
  /** Without login; made if there is none. */
  role: string;
}

/** Rights of a superuser that neither login may have. */
const PLAIN = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

/**
 * Objects that the connecting superuser owns in this database, apart from PostgreSQL's own, as statements that
 * give it away. `REASSIGN OWNED` refuses: PostgreSQL needs the superuser of `initdb` for objects of its
 * own. Indexes, sequences of columns and row types follow their table. $1 the new owner
 */
const HAND_OVER = `
WITH mine AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), me AS (SELECT oid FROM pg_roles WHERE rolname = current_user)
SELECT format('ALTER SCHEMA %I OWNER TO %I', n.nspname, $1::text) AS statement
FROM pg_namespace n JOIN mine USING (oid) WHERE n.nspowner = (SELECT oid FROM me)
UNION ALL
SELECT format('ALTER TABLE %I.%I OWNER TO %I', n.nspname, c.relname, $1::text)
FROM pg_class c JOIN mine n ON n.oid = c.relnamespace
WHERE c.relowner = (SELECT oid FROM me) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
UNION ALL
SELECT format('ALTER TYPE %I.%I OWNER TO %I', n.nspname, t.typname, $1::text)
FROM pg_type t JOIN mine n ON n.oid = t.typnamespace
WHERE t.typowner = (SELECT oid FROM me) AND t.typtype IN ('e', 'd')
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, $1::text)
FROM pg_proc p JOIN mine n ON n.oid = p.pronamespace WHERE p.proowner = (SELECT oid FROM me)`;

/**
 * Makes the two logins of a database, or brings them to the wanted state, and gives the owner what the
 * superuser still owns there: that of earlier versions, whose services were the superuser themselves.
 * Nothing is left over for a connection that gives its role up (`SET ROLE NONE`).
 *
 * @param connectionString a superuser's, of the database
 * @param logins who they are
 * @throws {MigrationError} when the database can't be reached
 */
export async function ensureLogins(
  connectionString: string,
  { owner, member, role }: Logins,
): Promise<void> {
  await ensureRole(connectionString, role);
  await withClient(connectionString, async (client) => {
    const name = (text: string): string => client.escapeIdentifier(text);
    await client.query('BEGIN');
    await ensureLogin(client, owner);
    await ensureLogin(client, member);
    await client.query(`GRANT ${name(role)} TO ${name(member.name)}`);
    await client.query(
      `ALTER DATABASE ${name(client.database ?? '')} OWNER TO ${name(owner.name)}`,
    );
    const { rows } = await client.query<{ statement: string }>(HAND_OVER, [owner.name]);
    for (const { statement } of rows) {
      await client.query(statement);
    }
    await client.query('COMMIT');
  });
}

async function ensureLogin(client: Client, { name, password }: Login): Promise<void> {
  const login = client.escapeIdentifier(name);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${login} ${PLAIN} PASSWORD ${client.escapeLiteral(password)}`);
}
