import { withClient } from './databases.js';
import { MigrationError } from './error.js';

/** PostgreSQL's `duplicate_object`, and `unique_violation` when two make it at the same instant. */
const ALREADY_MADE = new Set(['42710', '23505']);
/** `insufficient_privilege`. */
const NOT_ALLOWED = '42501';

/**
 * Makes a role without login, if the server has none of this name, and lets the user of the connection
 * take it. Roles belong to the server: several databases, and several starts, may be making it.
 *
 * @param connectionString a connection URL of the owner of the tables
 * @param role its name: letters, digits and underscores
 * @returns whether the user may take the role; where not, an administrator has to grant it
 * @throws {MigrationError} `role_missing` when there is none and the user may not make it
 */
export async function ensureRole(connectionString: string, role: string): Promise<boolean> {
  return await withClient(connectionString, async (client) => {
    const name = client.escapeIdentifier(role);
    const { rows } = await client.query<{ user: string; known: boolean }>(
      `SELECT current_user::text AS user,
              EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known`,
      [role],
    );
    const [{ user, known } = { user: '', known: false }] = rows;
    const login = client.escapeIdentifier(user);
    if (!known) {
      await client.query(`CREATE ROLE ${name} NOLOGIN`).catch((error: unknown) => {
        const { code = '' } = error as { code?: string };
        if (code === NOT_ALLOWED) {
          throw new MigrationError(
            'role_missing',
            `this user may not make the role ${role}. Let an administrator of the server run: ` +
              `CREATE ROLE ${name} NOLOGIN; GRANT ${name} TO ${login};`,
            { cause: error },
          );
        }
        if (!ALREADY_MADE.has(code)) {
          throw error;
        }
      });
    }
    try {
      await client.query(`SET ROLE ${name}`);
    } catch {
      // What made it may give it to itself; anybody else has to be given it.
      return client.query(`GRANT ${name} TO ${login}`).then(
        () => true,
        () => false,
      );
    }
    return true;
  });
}
