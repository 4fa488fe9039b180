import { describeWithProgram } from './describe-with-program.js';
import { REDIS_PROGRAM } from './test-redis.js';

/**
 * A suite that needs a real Redis; see {@link describeWithProgram}.
 *
 * @param name what the suite is about
 * @param define its tests
 */
export function describeWithRedis(name: string, define: () => void): void {
  describeWithProgram(REDIS_PROGRAM, name, define);
}
