import type { Pool, PrismaClient } from '@reqrun/platform/database';

/**
 * The role that the connections of the admin API take. It has no privilege on prompts, answers, data
 * keys and secrets; the migration that makes it lists what it has.
 */
export const ADMIN_ROLE = 'reqrun_admin';

/** Tables whose rows nobody may read through the admin API. */
const UNREADABLE = ['payloads', 'results', 'data_keys', 'secrets'];

/** Columns, as `table.column`, that nobody may read through the admin API though it reads the rest of the row. */
const UNREADABLE_COLUMNS = [
  'requests.fingerprint',
  'provider_credentials.encrypted_key',
  'api_keys.key_hash',
  'alert_rules.webhook_secret',
  'alert_rules.webhook_secret_before',
];

/** The admin API's own connections, under {@link ADMIN_ROLE}. */
export class AdminDatabase {
  /**
   * @param pool connections that have taken the role
   * @param prisma the same for Prisma
   */
  constructor(
    readonly pool: Pool,
    readonly prisma: PrismaClient,
  ) {}

  /**
   * Whether the connections are what they have to be: under the role, and unable to read contents.
   *
   * @returns what is wrong, for an administrator to read, or null
   * @throws when the database can't be asked
   */
  async findFault(): Promise<string | null> {
    try {
      const { rows } = await this.pool.query<{ role: string; readable: string[] }>(
        `SELECT current_user::text AS role, ARRAY(
           SELECT name FROM unnest($1::text[]) AS name WHERE has_any_column_privilege(name, 'SELECT')
           UNION ALL
           SELECT name FROM unnest($2::text[]) AS name
           WHERE has_column_privilege(split_part(name, '.', 1), split_part(name, '.', 2), 'SELECT')
         ) AS readable`,
        [UNREADABLE, UNREADABLE_COLUMNS],
      );
      const [{ role, readable } = { role: '', readable: [] }] = rows;
      if (role !== ADMIN_ROLE) {
        return `Connections are those of ${role}, not of the role ${ADMIN_ROLE}.`;
      }
      return readable.length === 0
        ? null
        : `The role ${ADMIN_ROLE} may read ${readable.join(', ')}: revoke that.`;
    } catch (error) {
      if (ROLE_REFUSED.has((error as { code?: string }).code ?? '')) {
        return (
          `The login of the admin API may not take the role ${ADMIN_ROLE}: ` +
          `an administrator of the database has to run GRANT ${ADMIN_ROLE} TO "<the login>".`
        );
      }
      throw error;
    }
  }
}

/** insufficient_privilege; invalid_parameter_value, where there is no such role. */
const ROLE_REFUSED = new Set(['42501', '22023']);
