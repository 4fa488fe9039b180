import {
  createTestDatabase,
  startTcpProxy,
  type TcpProxy,
  type TestDatabase,
} from '../testing/index.js';
import { toDatabaseError } from './errors.js';
import { createPool, type Pool } from './pool.js';
import { createPrisma } from './prisma.js';

/** Interruption of a query that waits. */
type Harm = (backend: number, pool: Pool, proxy: TcpProxy) => unknown;

const PROCESS = 'prisma-errors';

describe('what Prisma says when the database goes away during a query', () => {
  let database: TestDatabase;
  let direct: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    direct = createPool({ ...database, max: 3, applicationName: 'test' });
  });
  afterAll(async () => {
    await direct.end();
    await database.drop();
  });

  /** Runs a query of Prisma's, breaks something while it waits for a lock, and gives its error. */
  async function errorWhen(harm: Harm): Promise<unknown> {
    const proxy = await startTcpProxy(database.connectionString);
    const connectionString = proxy.through(database.connectionString);
    const pool = createPool({ connectionString, max: 1, applicationName: PROCESS });
    const prisma = createPrisma(pool);
    const locker = await direct.connect();
    try {
      await locker.query('BEGIN; LOCK TABLE projects');
      const error = prisma.project.findFirst().then(
        () => null,
        (reason: unknown) => reason,
      );
      await harm(await blockedBackend(direct), direct, proxy);
      return await error;
    } finally {
      await locker.query('ROLLBACK');
      locker.release();
      await prisma.$disconnect();
      await pool.end();
      await proxy.close();
    }
  }

  it.each<[string, Harm]>([
    [
      'its session is ended (57P01)',
      (backend, pool) => pool.query('SELECT pg_terminate_backend($1)', [backend]),
    ],
    [
      'its statement is canceled (57014)',
      (backend, pool) => pool.query('SELECT pg_cancel_backend($1)', [backend]),
    ],
    ['its connection is cut', (_backend, _pool, proxy) => void proxy.refuse()],
  ])('that is unavailable, whatever Prisma calls it: %s', async (_what, harm) => {
    expect(toDatabaseError(await errorWhen(harm))).toMatchObject({ kind: 'unavailable' });
  });
});

async function blockedBackend(pool: Pool): Promise<number> {
  for (;;) {
    const { rows } = await pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'`,
      [PROCESS],
    );
    if (rows[0] !== undefined) {
      return rows[0].pid;
    }
  }
}
