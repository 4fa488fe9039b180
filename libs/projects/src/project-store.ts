import { randomUUID } from 'node:crypto';

import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';
import { providerAt } from '@reqrun/providers';
import { NEW_PROJECT_POLICY, type ProjectPolicy } from '@reqrun/retry-policy';

import {
  type Project,
  PROJECT_COLUMNS,
  type ProjectRow,
  type ProjectSettingsChange,
  SETTING_COLUMNS,
  toProject,
} from './project.js';
import { NEW_PROJECT_SETTINGS, POLICY_COLUMNS, type SettingsDocument } from './project-settings.js';

const FROM = `FROM projects p LEFT JOIN provider_credentials c ON c.project_id = p.id
  WHERE p.deleted_at IS NULL`;
const FIND = `SELECT ${PROJECT_COLUMNS} ${FROM} AND p.id = $1::uuid`;
const LIST = `SELECT ${PROJECT_COLUMNS} ${FROM}
  AND ($2::uuid IS NULL OR (p.created_at, p.id) <
    (SELECT b.created_at, b.id FROM projects b WHERE b.id = $2::uuid))
  ORDER BY p.created_at DESC, p.id DESC LIMIT $1`;

/** Makes, shows, changes and deletes projects. Times are the database's. */
export class ProjectStore {
  /** @param on the database, or a transaction on one of its connections */
  constructor(private readonly on: SqlRunner) {}

  /**
   * The same projects inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): ProjectStore {
    return new ProjectStore(transaction);
  }

  /**
   * Makes a project that talks to the simulator.
   *
   * @param name need not be the only one of its kind
   * @param settings what differs from the defaults
   * @returns its id
   * @throws DatabaseError
   */
  async create(name: string, settings: ProjectSettingsChange = {}): Promise<string> {
    const id = randomUUID();
    await this.rows(
      `INSERT INTO projects (id, name, retry_on_codes, settings)
       VALUES ($1::uuid, $2, '{}', $3::jsonb)`,
      [id, name, JSON.stringify(NEW_PROJECT_SETTINGS)],
    );
    const policy = { ...NEW_PROJECT_POLICY, ...settings.policy };
    await this.update(id, { settings: { ...settings, policy } });
    await this.setProvider(id, { baseUrl: null, keyLastFour: null, encryptedKey: null });
    return id;
  }

  /**
   * One project.
   *
   * @param id its id
   * @returns null when there is none, or it was deleted
   * @throws DatabaseError
   */
  async find(id: string): Promise<Project | null> {
    const [row] = await this.rows<ProjectRow>(FIND, [id]);
    return row === undefined ? null : toProject(row);
  }

  /**
   * The projects, newest first, archived ones too.
   *
   * @param limit how many at most
   * @param after the id of the project that the page begins behind
   * @throws DatabaseError
   */
  async list(limit: number, after: string | null = null): Promise<Project[]> {
    return (await this.rows<ProjectRow>(LIST, [limit, after])).map(toProject);
  }

  /**
   * Changes name and settings; what is not named stays. All processes follow within seconds.
   *
   * @param id the project
   * @param changes what is to change
   * @returns false when there is no such project
   * @throws DatabaseError
   */
  async update(
    id: string,
    changes: { name?: string; settings?: ProjectSettingsChange },
  ): Promise<boolean> {
    const values: unknown[] = [id];
    const assignments = ['id = id'];
    if (changes.name !== undefined) {
      assignments.push(`name = $${values.push(changes.name)}`);
    }
    for (const [setting, column] of Object.entries(SETTING_COLUMNS)) {
      const value = changes.settings?.[setting as keyof typeof SETTING_COLUMNS];
      if (value !== undefined) {
        assignments.push(`${column} = $${values.push(value)}`);
      }
    }
    const policy: Partial<ProjectPolicy> = changes.settings?.policy ?? {};
    for (const [member, column] of Object.entries(POLICY_COLUMNS)) {
      const value = policy[member as keyof typeof POLICY_COLUMNS];
      if (value !== undefined) {
        assignments.push(`${column} = $${values.push(value)}`);
      }
    }
    if (Object.keys(policy).length > 0) {
      assignments.push(`policy = policy || $${values.push(JSON.stringify(policy))}::jsonb`);
    }
    const { defaultWait, defaultWaitTimeoutMs, joinSdkRetries } = changes.settings ?? {};
    const { maxOpenRequests, maxConcurrentCalls } = changes.settings ?? {};
    const document: SettingsDocument = {
      ...(defaultWait !== undefined && { wait: defaultWait === 'auto' ? defaultWait : null }),
      ...(defaultWaitTimeoutMs !== undefined && { waitTimeoutMs: defaultWaitTimeoutMs }),
      ...(joinSdkRetries !== undefined && { joinSdkRetries }),
      ...(maxOpenRequests !== undefined && { maxOpenRequests }),
      ...(maxConcurrentCalls !== undefined && { maxConcurrentCalls }),
    };
    if (defaultWait !== undefined) {
      assignments.push(`default_wait = $${values.push(defaultWait === true)}`);
    }
    if (Object.keys(document).length > 0) {
      assignments.push(`settings = settings || $${values.push(JSON.stringify(document))}::jsonb`);
    }
    return this.change(assignments.join(', '), values);
  }

  /**
   * Archives a project, or takes it back into use. The keys of an archived one are refused within the
   * time that they are remembered (10 s at most); requests that it has accepted are run to their end.
   *
   * @param id the project
   * @param archived which of both
   * @returns false when there is no such project
   * @throws DatabaseError
   */
  async setArchived(id: string, archived: boolean): Promise<boolean> {
    return this.change(`archived_at = ${archived ? 'coalesce(archived_at, now())' : 'NULL'}`, [id]);
  }

  /**
   * Says where live requests go that name no provider: sets the default one, under the name and of the kind that
   * its host tells. Another server than before is noted with its time: see `RETRY` in `libs/requests`. To be
   * called in a transaction where two may do it at once.
   *
   * @param id the project
   * @param provider no base URL means the simulator, where there is no other provider
   * @throws DatabaseError
   */
  async setProvider(
    id: string,
    provider: {
      baseUrl: string | null;
      keyLastFour: string | null;
      /** As `sealProviderKey` made it. */
      encryptedKey: Uint8Array | null;
    },
  ): Promise<void> {
    const [stored] = await this.rows<{ base_url: string | null }>(
      'SELECT base_url FROM provider_credentials WHERE project_id = $1::uuid FOR UPDATE',
      [id],
    );
    const moved = stored !== undefined && originOf(stored.base_url) !== originOf(provider.baseUrl);
    const { kind, name } = describe(provider.baseUrl);
    // Not `excluded`: who may not read the sealed key may not name that column. A provider that is taken away
    // leaves its id: what was meant for it does not go to the next one. A name that another one has stays away.
    await this.rows(
      `INSERT INTO provider_credentials
         (id, project_id, base_url, encrypted_key, key_last_four, kind, name, models, updated_at)
       VALUES ($1::uuid, $2::uuid, $3, $4::bytea, $5, $7, $8, '{}', now())
       ON CONFLICT (project_id) DO UPDATE SET base_url = $3, encrypted_key = $4::bytea,
         key_last_four = $5, sealed_for = NULL, updated_at = now(),
         id = CASE WHEN $3::text IS NULL THEN $1::uuid ELSE provider_credentials.id END,
         origin_changed_at = CASE WHEN $6 THEN now() ELSE provider_credentials.origin_changed_at END,
         kind = CASE WHEN $6 THEN $7 ELSE provider_credentials.kind END,
         api_version = CASE WHEN $6 THEN NULL ELSE provider_credentials.api_version END,
         models = CASE WHEN $6 THEN '{}' ELSE provider_credentials.models END,
         stream_usage = CASE WHEN $6 THEN 'auto' ELSE provider_credentials.stream_usage END,
         name = CASE WHEN $6 AND NOT EXISTS (
                       SELECT FROM provider_credentials o WHERE o.further_of = $2::uuid AND o.name = $8)
                     THEN $8 ELSE provider_credentials.name END`,
      [
        randomUUID(),
        id,
        provider.baseUrl,
        provider.encryptedKey === null ? null : Buffer.from(provider.encryptedKey),
        provider.keyLastFour,
        moved,
        kind,
        name,
      ],
    );
  }

  /**
   * Changes where live requests go, and leaves the key: for another path on the same origin.
   *
   * @param id the project
   * @param from the present one: the key must not go elsewhere when another change comes first
   * @param to the new one
   * @returns false when the present one is another by now
   * @throws DatabaseError
   */
  async moveProvider(id: string, from: string, to: string): Promise<boolean> {
    const rows = await this.rows(
      `UPDATE provider_credentials SET base_url = $3, updated_at = now()
       WHERE project_id = $1::uuid AND base_url = $2 RETURNING id`,
      [id, from, to],
    );
    return rows.length > 0;
  }

  /**
   * Takes a project out of the world: in the same commit its data keys are gone, so its contents can't
   * be read from then on, and so are its API keys and its credential (a trigger sees to that); nobody
   * sees it any more. What else is left (requests, figures) a worker ends and deletes.
   *
   * @param id the project
   * @returns false when there is no such project
   * @throws DatabaseError
   */
  async delete(id: string): Promise<boolean> {
    return this.change('deleted_at = now()', [id]);
  }

  private async change(assignments: string, values: unknown[]): Promise<boolean> {
    const rows = await this.rows(
      `UPDATE projects SET ${assignments} WHERE id = $1::uuid AND deleted_at IS NULL RETURNING id`,
      values,
    );
    return rows.length > 0;
  }

  private async rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.on.query(text, values);
      return rows as Row[];
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/** Kind and name of the provider at a base URL; null is the simulator. */
function describe(baseUrl: string | null): ReturnType<typeof providerAt> {
  return baseUrl === null ? { kind: 'openai', name: 'default' } : providerAt(baseUrl);
}

/** The server behind a base URL; null is the simulator. */
function originOf(baseUrl: string | null): string | null {
  return baseUrl === null ? null : new URL(baseUrl).origin;
}
