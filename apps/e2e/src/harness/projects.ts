import { randomBytes } from 'node:crypto';

import { ApiKeyStore } from '@reqrun/keys';
import { loadFirstProjectConfig } from '@reqrun/platform/config';
import { DataKeyRing, KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { ensureFirstProject, sealProviderKey } from '@reqrun/projects';

/** A project and a key for each of its modes. */
export interface TestProject {
  readonly id: string;
  readonly keys: { readonly live: string; readonly test: string };
}

/** How a project differs from the first one. */
export interface ProjectWishes {
  readonly defaultWait?: boolean;
  /** Where its live requests go; the simulator by default. */
  readonly provider?: { readonly baseUrl: string; readonly apiKey: string };
}

/** Makes projects and keys straight in the database, as the launcher does. */
export class Projects {
  private constructor(
    readonly pool: Pool,
    private readonly prisma: PrismaClient,
    private readonly dataKeys: DataKeyRing,
    /** Makes, rotates and revokes keys. */
    readonly keys: ApiKeyStore,
  ) {}

  /**
   * Connects.
   *
   * @param connectionString the database
   * @param masterKey 32 bytes
   */
  static async open(connectionString: string, masterKey: Buffer): Promise<Projects> {
    const pool = createPool({ connectionString, max: 4, applicationName: 'reqrun-e2e' });
    const prisma = createPrisma(pool);
    const key = new MasterKey(masterKey);
    const hash = await KeyedHash.load(prisma, key, 'api-key');
    return new Projects(pool, prisma, new DataKeyRing(pool, key), new ApiKeyStore(pool, hash));
  }

  /**
   * The first project.
   *
   * @param environment what it is set up with, e.g. `REQRUN_DEFAULT_WAIT`
   */
  async first(environment: Readonly<Record<string, string>>): Promise<TestProject> {
    const config = loadFirstProjectConfig(environment);
    const { id } = await ensureFirstProject(this.prisma, this.dataKeys, config);
    return this.withKeys(id);
  }

  /**
   * Another project.
   *
   * @param wishes how it differs from the first one
   */
  async add(wishes: ProjectWishes = {}): Promise<TestProject> {
    const { provider, defaultWait = false } = wishes;
    const { id } = await this.prisma.project.create({
      data: {
        name: `project-${randomBytes(4).toString('hex')}`,
        defaultWait,
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

  /** Ends the connections. */
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
