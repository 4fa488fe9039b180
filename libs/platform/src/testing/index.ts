export { takeBaseBackup } from './base-backup.js';
export { describeWithProgram, programAvailable } from './describe-with-program.js';
export { startTestPgbouncer, type TestPgbouncer } from './test-pgbouncer.js';
export { describeWithRedis } from './describe-with-redis.js';
export { TEST_POSTGRES_URL, TEST_TEMPLATE } from './environment.js';
export { ReplicatedPostgres, type ReplicatedPostgresOptions } from './replicated-postgres.js';
export { makeRunFolder, postgresIn, removeLeftovers } from './run-folders.js';
export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
} from './test-database.js';
export {
  redisAvailable,
  startTestRedis,
  type TestRedis,
  type TestRedisOptions,
} from './test-redis.js';
export { startTestCluster, startTestSentinels, type TestRedisGroup } from './test-redis-groups.js';
export { type PendingFault, type ProxyFault, startTcpProxy, type TcpProxy } from './tcp-proxy.js';
export { monitorRedis, onRedis } from './redis-probe.js';
