import type { FirstProjectConfig } from '@reqrun/platform/config';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import type { Prisma, PrismaClient } from '@reqrun/platform/database';
import { providerAt } from '@reqrun/providers';
import type { ProjectPolicy } from '@reqrun/retry-policy';

import { sealProviderKey } from './project-directory.js';

/** Base URL of OpenAI itself. */
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** The first project, as the start needs it. */
export interface FirstProject {
  id: string;
  created: boolean;
  /** Target of its live requests; null means the simulator. */
  baseUrl: string | null;
  /** The environment names another provider or key than the database, which wins. */
  environmentDiffers: boolean;
}

/** Any number that no other lock of this database has: "rrproj" in ASCII. */
const FIRST_PROJECT_LOCK = 0x7272_7072_6f6an;

/**
 * Finds the oldest project that is in use, or makes the first one as the environment describes it. All of it is
 * one transaction under a lock: of several starts at the same time one makes it, and a start that
 * dies leaves no project without its provider.
 *
 * @param prisma the database
 * @param keys what the provider key is sealed with
 * @param config what the project is set to if it is made now
 * @throws whatever the database throws
 */
export async function ensureFirstProject(
  prisma: PrismaClient,
  keys: DataKeyRing,
  config: FirstProjectConfig,
): Promise<FirstProject> {
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_PROJECT_LOCK})`;
      const provider = providerOf(config);
      const known = await transaction.project.findFirst({
        where: { deletedAt: null },
        orderBy: [{ archivedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'asc' }],
        include: { credential: true },
      });
      return known === null
        ? makeProject(transaction, keys, config, provider)
        : {
            id: known.id,
            created: false,
            baseUrl: known.credential?.baseUrl ?? null,
            environmentDiffers: differs(provider, known.credential),
          };
    },
    { maxWait: 10_000, timeout: 10_000 },
  );
}

/** Target of live requests that the environment names; no key means the simulator. */
interface Provider {
  baseUrl: string | null;
  keyLastFour: string | null;
}

function providerOf({
  OPENAI_API_KEY: key,
  OPENAI_BASE_URL: baseUrl,
}: FirstProjectConfig): Provider {
  return key === undefined
    ? { baseUrl: null, keyLastFour: null }
    : { baseUrl: baseUrl ?? OPENAI_BASE_URL, keyLastFour: key.slice(-4) };
}

/** Whether the environment names a provider, and another than the database. */
function differs(wanted: Provider, stored: Provider | null): boolean {
  return (
    wanted.baseUrl !== null &&
    (stored?.baseUrl !== wanted.baseUrl || stored.keyLastFour !== wanted.keyLastFour)
  );
}

async function makeProject(
  transaction: Prisma.TransactionClient,
  keys: DataKeyRing,
  config: FirstProjectConfig,
  provider: Provider,
): Promise<FirstProject> {
  const policy = {
    count: config.REQRUN_RETRY_COUNT,
    onCodes: config.REQRUN_RETRY_ON_CODES,
    untilDeadline: config.REQRUN_RETRY_UNTIL_DEADLINE,
    onLost: config.REQRUN_ON_LOST === 'fail' ? 'fail' : 'retry',
    callTimeoutMs: config.REQRUN_CALL_TIMEOUT_MS,
    idleTimeoutMs: config.REQRUN_IDLE_TIMEOUT_MS,
    deadlineMs: config.REQRUN_DEADLINE_MS,
  } as const satisfies ProjectPolicy;
  const { id } = await transaction.project.create({
    data: {
      name: 'default',
      defaultWait: config.REQRUN_DEFAULT_WAIT === 'true',
      defaultWaitTimeoutMs: config.REQRUN_DEFAULT_WAIT_TIMEOUT_MS,
      retryCount: policy.count,
      retryOnCodes: policy.onCodes,
      onLost: policy.onLost,
      callTimeoutMs: policy.callTimeoutMs,
      deadlineMs: BigInt(policy.deadlineMs),
      payloadRetentionDays: config.REQRUN_PAYLOAD_RETENTION_DAYS,
      recordRetentionDays: config.REQRUN_RECORD_RETENTION_DAYS,
      policy,
      settings: { ...(config.REQRUN_DEFAULT_WAIT === 'auto' && { wait: 'auto' }) },
    },
  });
  const ring = keys.within({
    query: async (text, values) => ({
      rows: await transaction.$queryRawUnsafe<unknown[]>(text, ...values),
    }),
  });
  const encryptedKey =
    config.OPENAI_API_KEY === undefined
      ? null
      : await sealProviderKey(ring, id, config.OPENAI_API_KEY);
  await transaction.providerCredential.create({
    data: {
      projectId: id,
      ...provider,
      ...(provider.baseUrl !== null && providerAt(provider.baseUrl)),
      encryptedKey,
    },
  });
  return { id, created: true, baseUrl: provider.baseUrl, environmentDiffers: false };
}
