import { withClient } from './databases.js';
import { MigrationError } from './error.js';

/** Schema of the tables. */
const SCHEMA = 'public';

interface Privileges {
  readonly user: string;
  readonly database: string;
  readonly sufficient: boolean;
}

/**
 * Checks that the user of a connection may create what the migrations create: tables, and schemas. Since
 * PostgreSQL 15 only the owner of a database may, and a managed server often hands out a user that is not.
 *
 * @param connectionString a connection URL of who is to own the tables
 * @throws {MigrationError} `not_allowed`, with the statements that an administrator has to run
 */
export async function checkPrivileges(connectionString: string): Promise<void> {
  await withClient(connectionString, async (client) => {
    const { rows } = await client.query<Privileges>(
      `SELECT current_user::text AS "user", current_database()::text AS database,
              has_schema_privilege($1, 'CREATE')
                AND has_database_privilege(current_database(), 'CREATE') AS sufficient`,
      [SCHEMA],
    );
    const [found] = rows;
    if (found === undefined || found.sufficient) {
      return;
    }
    const user = client.escapeIdentifier(found.user);
    const database = client.escapeIdentifier(found.database);
    throw new MigrationError(
      'not_allowed',
      `the user ${found.user} may not create tables and schemas in the database ${found.database}. ` +
        `Let an administrator of the server run, connected to that database: ` +
        `GRANT CREATE ON DATABASE ${database} TO ${user}; GRANT CREATE ON SCHEMA ${SCHEMA} TO ${user};`,
    );
  });
}
