export { entriesOf, redisPlace, type HostPort, type RedisPlace } from './redis-place.js';
export { openRedis, redisOptions, type ConnectionBehavior } from './open-redis.js';
