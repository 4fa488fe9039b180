import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ByteBudget } from '@reqrun/platform/budget';
import { DataKeyRing, MasterKey } from '@reqrun/platform/crypto';
import { createPool, HOT_PATH_PLANS, type Pool } from '@reqrun/platform/database';
import { migrate } from '@reqrun/platform/migrations';
import {
  AnswerOpener,
  AttemptFinisher,
  RequestAcceptor,
  RequestReader,
  RequestRecovery,
  type Tenant,
} from '@reqrun/requests';

import { startPostgres } from '../postgres.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Limit of the memory for answers, in bytes: more than all answers here together. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** A PostgreSQL server with the product's tables, and the parts of the product that use it. */
export interface Side {
  databaseUrl: string;
  pool: Pool;
  keys: DataKeyRing;
  acceptor: RequestAcceptor;
  finisher: AttemptFinisher;
  reader: RequestReader;
  tenant: Tenant;
  workerId: string;
  /** Ids of ended requests that can be read; a round reads the status of one of them. */
  ended: string[];
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server and sets up one project on it.
 *
 * @param masterKey the master key, 32 bytes; a random one by default
 * @param notifyChannel channel that workers listen on for new requests; none by default
 */
export async function openSide(
  masterKey = randomBytes(32),
  notifyChannel: string | null = null,
): Promise<Side> {
  const directory = await mkdtemp(join(tmpdir(), 'reqrun-rows-'));
  const postgres = await startPostgres(join(directory, 'postgresql'), 'reqrun');
  await migrate({
    connectionString: postgres.url,
    schemaPath: here('../../../prisma/schema.prisma'),
    migrationsPath: here('../../../prisma/migrations'),
  });
  const pool = createPool({
    connectionString: postgres.url,
    max: 10,
    applicationName: 'reqrun-bench',
    settings: HOT_PATH_PLANS,
  });
  const keys = new DataKeyRing(pool, new MasterKey(masterKey));
  const projectId = randomUUID();
  await pool.query(
    `INSERT INTO projects (id, name, retry_on_codes) VALUES ($1, 'bench', '{429}')`,
    [projectId],
  );
  return {
    databaseUrl: postgres.url,
    pool,
    keys,
    acceptor: new RequestAcceptor(pool, keys, {
      limits: { bytes: 1024 * 1024 * 1024, calls: 10_000 },
      notifyChannel,
    }),
    finisher: new AttemptFinisher(pool, keys),
    reader: new RequestReader(
      pool,
      new AnswerOpener(pool, keys, new ByteBudget(ANSWER_BYTES)),
      new RequestRecovery(pool),
      pool,
    ),
    tenant: { projectId, mode: 'live' },
    workerId: randomUUID(),
    ended: [],
    async stop() {
      await pool.end();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
