import { PrismaPg } from '@prisma/adapter-pg';

import { type Prisma, PrismaClient } from '../generated/prisma/client.js';
import type { Pool } from './pool.js';
import type { SqlRunner } from './statement.js';

export { PrismaClient };
export { Prisma } from '../generated/prisma/client.js';

/**
 * Prisma over a pool that the raw statements share. The pool stays its opener's to close.
 *
 * @param pool the connections
 */
export function createPrisma(pool: Pool): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    // Never in a query's result unless it is asked for by name.
    omit: {
      apiKey: { keyHash: true },
      providerCredential: { encryptedKey: true },
      user: { passwordHash: true, totpSecret: true, totpPendingSecret: true },
      userSession: { tokenHash: true },
      invitation: { tokenHash: true },
      accessToken: { tokenHash: true },
    },
  });
}

/**
 * Lets plain statements take part in a transaction of Prisma's.
 *
 * @param transaction as `$transaction` hands it out
 */
export function runnerOf(transaction: Prisma.TransactionClient): SqlRunner {
  return {
    query: async (text, values) => ({
      rows: await transaction.$queryRawUnsafe<unknown[]>(text, ...values),
    }),
  };
}
