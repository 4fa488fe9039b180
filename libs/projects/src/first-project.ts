import type { FirstProjectConfig } from '@reqrun/platform/config';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import type { PrismaClient } from '@reqrun/platform/database';

import { sealProviderKey } from './project-directory.js';

/** Where OpenAI itself is. */
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** The first project, as the start needs it. */
export interface FirstProject {
  id: string;
  created: boolean;
  /** Where its live requests go; null means the simulator. */
  baseUrl: string | null;
  /** The environment names another provider or key than the database, which wins. */
  environmentDiffers: boolean;
}

/**
 * Finds the oldest project, or makes the first one as the environment describes it.
 *
 * @param prisma the database
 * @param keys what the provider key is sealed with
 * @param config what the project is set to if it is made now
 */
export async function ensureFirstProject(
  prisma: PrismaClient,
  keys: DataKeyRing,
  config: FirstProjectConfig,
): Promise<FirstProject> {
  const wanted = {
    baseUrl:
      config.OPENAI_API_KEY === undefined ? null : (config.OPENAI_BASE_URL ?? OPENAI_BASE_URL),
    keyLastFour: config.OPENAI_API_KEY?.slice(-4) ?? null,
  };
  const known = await prisma.project.findFirst({
    orderBy: { createdAt: 'asc' },
    include: { credentials: true },
  });
  if (known !== null) {
    const credential = known.credentials[0];
    const differs =
      config.OPENAI_API_KEY !== undefined &&
      (credential?.baseUrl !== wanted.baseUrl || credential.keyLastFour !== wanted.keyLastFour);
    return {
      id: known.id,
      created: false,
      baseUrl: credential?.baseUrl ?? null,
      environmentDiffers: differs,
    };
  }
  const project = await prisma.project.create({
    data: {
      name: 'default',
      defaultWait: config.REQRUN_DEFAULT_WAIT,
      retryCount: config.REQRUN_RETRY_COUNT,
      retryOnCodes: config.REQRUN_RETRY_ON_CODES,
      onLost: config.REQRUN_ON_LOST === 'fail' ? 'fail' : 'retry',
      callTimeoutMs: config.REQRUN_CALL_TIMEOUT_MS,
      deadlineMs: BigInt(config.REQRUN_DEADLINE_MS),
      payloadRetentionDays: config.REQRUN_PAYLOAD_RETENTION_DAYS,
      recordRetentionDays: config.REQRUN_RECORD_RETENTION_DAYS,
    },
  });
  await prisma.providerCredential.create({
    data: {
      projectId: project.id,
      baseUrl: wanted.baseUrl,
      keyLastFour: wanted.keyLastFour,
      encryptedKey:
        config.OPENAI_API_KEY === undefined
          ? null
          : await sealProviderKey(keys, project.id, config.OPENAI_API_KEY),
    },
  });
  return { id: project.id, created: true, baseUrl: wanted.baseUrl, environmentDiffers: false };
}
