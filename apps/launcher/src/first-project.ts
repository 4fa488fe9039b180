import type { RequestMode } from '@reqrun/contracts';
import { ApiKeyAuthenticator, ApiKeyStore } from '@reqrun/keys';
import type { FirstProjectConfig } from '@reqrun/platform/config';
import { DataKeyRing, KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma } from '@reqrun/platform/database';
import { ensureFirstProject as ensureProject } from '@reqrun/projects';

/** Parts that the first project is made with. */
export interface FirstProjectOptions {
  connectionString: string;
  /** 32 bytes. */
  masterKey: Buffer;
  /** The master key before it, while it is replaced. */
  previousMasterKey?: Buffer | undefined;
  config: FirstProjectConfig;
  /** The keys that `local.env` holds. */
  existingKeys: { live: string | undefined; test: string | undefined };
}

/** The first project, as the start tells of it. */
export interface FirstProject {
  /** Keys that were made now; null when those in `local.env` work. */
  createdKeys: { live: string; test: string } | null;
  provider: { kind: 'simulator' } | { kind: 'url'; baseUrl: string };
  /** Lines that the user should read. */
  notes: string[];
}

/**
 * Makes the first project and its keys where they are missing. Keys that can't be read any more
 * (the file was deleted) are replaced; the old ones go on working.
 *
 * @param options the database, the master key, the environment's wishes
 * @throws MasterKeyMismatchError when the master key does not fit the data
 */
export async function ensureFirstProject(options: FirstProjectOptions): Promise<FirstProject> {
  const pool = createPool({
    connectionString: options.connectionString,
    max: 2,
    applicationName: 'reqrun-launcher',
  });
  const prisma = createPrisma(pool);
  try {
    const masterKey = new MasterKey(options.masterKey, options.previousMasterKey);
    const hash = await KeyedHash.load(prisma, masterKey, 'api-key');
    const project = await ensureProject(prisma, new DataKeyRing(pool, masterKey), options.config);
    const authenticator = new ApiKeyAuthenticator(pool, hash, 0);
    const works = async (key: string | undefined, mode: RequestMode): Promise<boolean> => {
      const identity = key === undefined ? null : await authenticator.authenticate(key);
      return identity?.projectId === project.id && identity.mode === mode;
    };
    const { live, test } = options.existingKeys;
    const store = new ApiKeyStore(pool, hash);
    const make = async (mode: RequestMode): Promise<string> => {
      const key = await store.create({ projectId: project.id, mode, name: `local ${mode} key` });
      return key.secret;
    };
    const keysWork = (await works(live, 'live')) && (await works(test, 'test'));
    return {
      createdKeys: keysWork ? null : { live: await make('live'), test: await make('test') },
      provider:
        project.baseUrl === null
          ? { kind: 'simulator' }
          : { kind: 'url', baseUrl: project.baseUrl },
      notes: [
        ...(project.environmentDiffers
          ? [
              'OPENAI_BASE_URL or OPENAI_API_KEY differs from what the first project was set up with; the database wins.',
            ]
          : []),
        ...(options.config.OPENAI_BASE_URL !== undefined &&
        options.config.OPENAI_API_KEY === undefined
          ? [
              'OPENAI_BASE_URL has no effect without OPENAI_API_KEY (any text will do for a provider that asks for none).',
            ]
          : []),
      ],
    };
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}
