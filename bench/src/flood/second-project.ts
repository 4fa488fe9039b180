import { ApiKeyStore } from '@reqrun/keys';
import { DataKeyRing, KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma } from '@reqrun/platform/database';
import { sealProviderKey } from '@reqrun/projects';

/**
 * Creates a second project with the retry codes and the provider of the first.
 *
 * @param databaseUrl URL of the product's database, with its superuser
 * @param masterKey the product's master key, 32 bytes
 * @returns the secret of the new project's live key
 */
export async function addProject(databaseUrl: string, masterKey: Buffer): Promise<string> {
  const pool = createPool({ connectionString: databaseUrl, max: 1, applicationName: 'bench' });
  const prisma = createPrisma(pool);
  try {
    const master = new MasterKey(masterKey);
    const { retryOnCodes } = await prisma.project.findFirstOrThrow();
    const { baseUrl } = await prisma.providerCredential.findFirstOrThrow();
    const { id: projectId } = await prisma.project.create({
      data: { name: 'second', retryOnCodes },
    });
    await prisma.providerCredential.create({
      data: {
        projectId,
        baseUrl,
        keyLastFour: 'ench',
        encryptedKey: await sealProviderKey(new DataKeyRing(pool, master), projectId, 'bench'),
      },
    });
    const keys = new ApiKeyStore(pool, await KeyedHash.load(prisma, master, 'api-key'));
    return (await keys.create({ projectId, mode: 'live', name: 'second' })).secret;
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}
