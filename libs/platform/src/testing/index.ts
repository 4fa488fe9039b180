export { describeWithRedis } from './describe-with-redis.js';
export { TEST_POSTGRES_URL, TEST_TEMPLATE } from './environment.js';
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
export { type PendingFault, type ProxyFault, startTcpProxy, type TcpProxy } from './tcp-proxy.js';
export { monitorRedis, onRedis } from './redis-probe.js';
