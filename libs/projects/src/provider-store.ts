import { randomUUID } from 'node:crypto';

import {
  type AutoOrOff,
  MAX_PROVIDERS,
  type ProviderKind,
  type StreamUsage,
} from '@reqrun/contracts';
import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';

/** A provider of a project, as people see it. */
export interface Provider {
  /** A UUID. */
  id: string;
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  apiVersion: string | null;
  /** The only models that it is called with; empty means any. */
  models: string[];
  streamUsage: StreamUsage;
  /** Whether limits that it tells of slow its calls. */
  pacing: AutoOrOff;
  /** Whether its failures slow or stop its calls. */
  breaker: AutoOrOff;
  keyLastFour: string | null;
  isDefault: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A key in its stored form. */
export interface SealedKey {
  encryptedKey: Uint8Array;
  keyLastFour: string | null;
}

/** A provider that is to be added. */
export interface NewProviderRow {
  /** A UUID, for which its key is sealed. */
  id: string;
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  apiVersion: string | null;
  models: readonly string[];
  streamUsage: StreamUsage;
  pacing: AutoOrOff;
  breaker: AutoOrOff;
  key: SealedKey | null;
}

/** Changes of a provider; what is left out stays. */
export interface ProviderChange {
  kind?: ProviderKind;
  baseUrl?: string;
  apiVersion?: string | null;
  models?: readonly string[];
  streamUsage?: StreamUsage;
  pacing?: AutoOrOff;
  breaker?: AutoOrOff;
  /** Sealed for the provider's id. */
  key?: SealedKey;
}

/** Reason for which a provider is not changed. */
export type ProviderRefusal =
  /** The name is taken. */
  | 'taken'
  /** The project has as many as it may have. */
  | 'full'
  /** It is the default one, and there are others. */
  | 'default';

interface ProviderRow {
  id: string;
  name: string;
  kind: ProviderKind;
  base_url: string;
  api_version: string | null;
  models: string[] | null;
  stream_usage: StreamUsage;
  pacing: AutoOrOff;
  breaker: AutoOrOff;
  key_last_four: string | null;
  is_default: boolean;
  created_at: Date;
  updated_at: Date;
}

const OF_PROJECT = '(project_id = $1::uuid OR further_of = $1::uuid)';
const COLUMNS = `id, name, kind, base_url, api_version, models, stream_usage, pacing, breaker, key_last_four,
  project_id IS NOT NULL AS is_default, created_at, updated_at`;

/** Adds, shows, changes and removes the providers of projects. Times are the database's. */
export class ProviderStore {
  /** @param on the database, or a transaction on one of its connections */
  constructor(private readonly on: SqlRunner) {}

  /**
   * The same providers inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): ProviderStore {
    return new ProviderStore(transaction);
  }

  /**
   * The providers of a project, the default one first, then by name.
   *
   * @param projectId the project
   * @returns none where its live requests go to the simulator
   * @throws DatabaseError
   */
  async list(projectId: string): Promise<Provider[]> {
    const rows = await this.rows<ProviderRow>(
      `SELECT ${COLUMNS} FROM provider_credentials
       WHERE ${OF_PROJECT} AND base_url IS NOT NULL ORDER BY project_id IS NULL, name`,
      [projectId],
    );
    return rows.map(toProvider);
  }

  /**
   * One of them.
   *
   * @param projectId the project
   * @param name its name
   * @returns null when there is none
   * @throws DatabaseError
   */
  async find(projectId: string, name: string): Promise<Provider | null> {
    return (await this.list(projectId)).find((provider) => provider.name === name) ?? null;
  }

  /**
   * Adds a provider. The first one of a project is its default, in the simulator's place. To be called in a
   * transaction.
   *
   * @param projectId the project
   * @param provider the provider
   * @returns null when it was added
   * @throws DatabaseError
   */
  async add(projectId: string, provider: NewProviderRow): Promise<ProviderRefusal | null> {
    await this.lock(projectId);
    const known = await this.list(projectId);
    if (known.some(({ name }) => name === provider.name)) {
      return 'taken';
    }
    if (known.length >= MAX_PROVIDERS) {
      return 'full';
    }
    const { id, name, kind, baseUrl, apiVersion, models, streamUsage, key } = provider;
    const values = [
      ...[projectId, id, name, kind, baseUrl, apiVersion, [...models], ...ofKey(key)],
      ...[streamUsage, provider.pacing, provider.breaker],
    ];
    await this.rows(
      known.length === 0
        ? `UPDATE provider_credentials SET id = $2::uuid, name = $3, kind = $4, base_url = $5,
             api_version = $6, models = $7, encrypted_key = $8::bytea, key_last_four = $9,
             stream_usage = $10, pacing = $11, breaker = $12, sealed_for = $2::uuid, origin_changed_at = now(), updated_at = now()
           WHERE project_id = $1::uuid`
        : `INSERT INTO provider_credentials (further_of, id, name, kind, base_url, api_version, models,
             encrypted_key, key_last_four, stream_usage, pacing, breaker, sealed_for, updated_at)
           VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8::bytea, $9, $10, $11, $12, $2::uuid, now())`,
      values,
    );
    return null;
  }

  /**
   * Changes a provider. Another server than before is noted with its time: see `RETRY` in `libs/requests`.
   *
   * @param provider as it was read
   * @param change what is to change
   * @returns false when its server is another by now: the key must not go elsewhere
   * @throws DatabaseError
   */
  async change(provider: Provider, change: ProviderChange): Promise<boolean> {
    const { kind, baseUrl, apiVersion, models, streamUsage, pacing, breaker, key } = {
      ...provider,
      key: undefined,
      ...change,
    };
    const moved = new URL(baseUrl).origin !== new URL(provider.baseUrl).origin;
    const rows = await this.rows(
      `UPDATE provider_credentials SET kind = $3, base_url = $4, api_version = $5, models = $6,
         stream_usage = $8, pacing = $9, breaker = $10, updated_at = now(),
         origin_changed_at = CASE WHEN $7 THEN now() ELSE origin_changed_at END
       WHERE id = $1::uuid AND base_url = $2 RETURNING id`,
      [
        ...[
          provider.id,
          provider.baseUrl,
          kind,
          baseUrl,
          apiVersion,
          [...models],
          moved,
          streamUsage,
        ],
        ...[pacing, breaker],
      ],
    );
    if (rows.length === 0) {
      return false;
    }
    if (key !== undefined) {
      await this.rows(
        `UPDATE provider_credentials SET encrypted_key = $2::bytea, key_last_four = $3,
           sealed_for = $1::uuid WHERE id = $1::uuid`,
        [provider.id, ...ofKey(key)],
      );
    }
    return true;
  }

  /**
   * Makes a provider the default one. To be called in a transaction.
   *
   * @param projectId the project
   * @param provider as it was read
   * @throws DatabaseError
   */
  async makeDefault(projectId: string, provider: Provider): Promise<void> {
    await this.lock(projectId);
    const before = (await this.list(projectId)).find(({ isDefault }) => isDefault);
    if (before === undefined || before.id === provider.id) {
      return;
    }
    await this.rows(
      `UPDATE provider_credentials SET project_id = NULL, further_of = $1::uuid, updated_at = now()
       WHERE project_id = $1::uuid`,
      [projectId],
    );
    const moved = new URL(before.baseUrl).origin !== new URL(provider.baseUrl).origin;
    await this.rows(
      `UPDATE provider_credentials SET project_id = $1::uuid, further_of = NULL, updated_at = now(),
         origin_changed_at = CASE WHEN $3 THEN now() ELSE origin_changed_at END
       WHERE id = $2::uuid AND further_of = $1::uuid`,
      [projectId, provider.id, moved],
    );
  }

  /**
   * Removes a provider and its key. After the last one, live requests go to the simulator. To be called in a
   * transaction.
   *
   * @param projectId the project
   * @param name its name
   * @returns null when it is gone
   * @throws DatabaseError
   */
  async remove(projectId: string, name: string): Promise<ProviderRefusal | null> {
    await this.lock(projectId);
    const known = await this.list(projectId);
    const provider = known.find((one) => one.name === name);
    if (provider?.isDefault === true && known.length > 1) {
      return 'default';
    }
    // The row of the default one stays, and its lanes are not those of the simulator.
    await this.rows('DELETE FROM lanes WHERE provider_id = $1::uuid', [provider?.id ?? null]);
    await this.rows(
      provider?.isDefault === true
        ? // Another id: what was meant for the provider does not go to the one that takes its place.
          `UPDATE provider_credentials SET id = $3::uuid, name = 'default', kind = 'openai', base_url = NULL,
             api_version = NULL, models = '{}', stream_usage = 'auto', pacing = 'auto', breaker = 'auto', encrypted_key = NULL,
             key_last_four = NULL, sealed_for = NULL, origin_changed_at = now(), updated_at = now()
           WHERE project_id = $1::uuid AND name = $2`
        : 'DELETE FROM provider_credentials WHERE further_of = $1::uuid AND name = $2 AND id <> $3::uuid',
      [projectId, name, randomUUID()],
    );
    return null;
  }

  /** Changes of one project's providers wait for each other at its default one. */
  private async lock(projectId: string): Promise<void> {
    await this.rows('SELECT id FROM provider_credentials WHERE project_id = $1::uuid FOR UPDATE', [
      projectId,
    ]);
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

function ofKey(key: SealedKey | null): [Buffer | null, string | null] {
  return key === null ? [null, null] : [Buffer.from(key.encryptedKey), key.keyLastFour];
}

function toProvider(row: ProviderRow): Provider {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    baseUrl: row.base_url,
    apiVersion: row.api_version,
    models: row.models ?? [],
    streamUsage: row.stream_usage,
    pacing: row.pacing,
    breaker: row.breaker,
    keyLastFour: row.key_last_four,
    isDefault: row.is_default,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
