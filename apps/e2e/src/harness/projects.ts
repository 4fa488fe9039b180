import { randomBytes } from 'node:crypto';

import { ApiKeyStore } from '@reqrun/keys';
import { loadFirstProjectConfig } from '@reqrun/platform/config';
import { DataKeyRing, generateToken, KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { ensureFirstProject, sealProviderKey } from '@reqrun/projects';

const ALL_SCOPES = ['requests', 'keys', 'projects']
  .flatMap((what) => [`${what}:read`, `${what}:write`])
  .concat('providers:write', 'metrics:read', 'audit:read');

/** A project with a key for each mode. */
export interface TestProject {
  readonly id: string;
  readonly keys: { readonly live: string; readonly test: string };
}

/** Differences of a project from the first one. */
export interface ProjectWishes {
  readonly defaultWait?: boolean;
  /** Settings that have no column: none by default, as in a project of an earlier version. */
  readonly settings?: {
    readonly wait?: 'auto';
    readonly waitTimeoutMs?: number;
    readonly joinSdkRetries?: boolean;
    readonly maxOpenRequests?: number;
    readonly maxConcurrentCalls?: number;
  };
  /** How long a call waits that does not say how long, in ms. */
  readonly defaultWaitTimeoutMs?: number;
  /** Members of its policy without a column; none by default, as in a project of an earlier version. */
  readonly policy?: { readonly untilDeadline?: boolean; readonly idleTimeoutMs?: number };
  /** Provider of its live requests; the simulator by default. */
  readonly provider?: { readonly baseUrl: string; readonly apiKey: string };
}

/** Waits as in a project of the dashboard: each test sets which calls wait. */
const NO_WAIT = { REQRUN_DEFAULT_WAIT: 'false', REQRUN_DEFAULT_WAIT_TIMEOUT_MS: '30000' };

/** Creates projects and keys directly in the database, as the launcher does. */
export class Projects {
  private constructor(
    readonly pool: Pool,
    private readonly prisma: PrismaClient,
    private readonly dataKeys: DataKeyRing,
    /** Creates, rotates and revokes keys. */
    readonly keys: ApiKeyStore,
    private readonly tokenHash: KeyedHash,
  ) {}

  /**
   * Connects to the database.
   *
   * @param connectionString URL of the database
   * @param masterKey the master key, 32 bytes
   */
  static async open(connectionString: string, masterKey: Buffer): Promise<Projects> {
    const pool = createPool({ connectionString, max: 4, applicationName: 'reqrun-e2e' });
    const prisma = createPrisma(pool);
    const key = new MasterKey(masterKey);
    const hash = await KeyedHash.load(prisma, key, 'api-key');
    const tokenHash = await KeyedHash.load(prisma, key, 'admin-token');
    const keys = new ApiKeyStore(pool, hash);
    return new Projects(pool, prisma, new DataKeyRing(pool, key), keys, tokenHash);
  }

  /**
   * Creates the first project.
   *
   * @param environment its settings, e.g. `REQRUN_RETRY_COUNT`, which override {@link NO_WAIT}
   */
  async first(environment: Readonly<Record<string, string>>): Promise<TestProject> {
    const config = loadFirstProjectConfig({ ...NO_WAIT, ...environment });
    const { id } = await ensureFirstProject(this.prisma, this.dataKeys, config);
    return this.withKeys(id);
  }

  /**
   * Creates another project.
   *
   * @param wishes differences from the first one
   */
  async add(wishes: ProjectWishes = {}): Promise<TestProject> {
    const { provider, ...settings } = wishes;
    const { id } = await this.prisma.project.create({
      data: {
        name: `project-${randomBytes(4).toString('hex')}`,
        ...settings,
        retryOnCodes: loadFirstProjectConfig({}).REQRUN_RETRY_ON_CODES,
      },
    });
    await this.prisma.providerCredential.create({
      data: {
        projectId: id,
        baseUrl: provider?.baseUrl ?? null,
        keyLastFour: provider?.apiKey.slice(-4) ?? null,
        encryptedKey:
          provider === undefined ? null : await sealProviderKey(this.dataKeys, id, provider.apiKey),
      },
    });
    return this.withKeys(id);
  }

  /**
   * Creates a personal access token of a new user.
   *
   * @param role role of the user
   * @param scopes scopes of the token; all by default
   */
  async adminToken(
    role: 'owner' | 'member' | 'viewer',
    scopes: readonly string[] = ALL_SCOPES,
  ): Promise<string> {
    const secret = generateToken('reqrun_admin_');
    const user = await this.prisma.user.create({
      data: {
        email: `${randomBytes(4).toString('hex')}@example.com`,
        name: role,
        role,
        passwordHash: 'none',
      },
    });
    await this.prisma.accessToken.create({
      data: {
        userId: user.id,
        name: 'test',
        scopes: [...scopes],
        tokenHash: Uint8Array.from(this.tokenHash.digest('access-token', secret)),
        lastFour: secret.slice(-4),
      },
    });
    return secret;
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }

  private async withKeys(projectId: string): Promise<TestProject> {
    const live = await this.keys.create({ projectId, mode: 'live', name: 'live' });
    const test = await this.keys.create({ projectId, mode: 'test', name: 'test' });
    return { id: projectId, keys: { live: live.secret, test: test.secret } };
  }
}
