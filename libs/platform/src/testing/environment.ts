/**
 * Variables by which a Jest run tells its test processes of services; `scripts/jest-services.mjs` sets them. A
 * server of one's own can be named in the first one.
 */
export const TEST_POSTGRES_URL = 'REQRUN_TEST_POSTGRES_URL';
/** The name of a database with all migrations applied and nothing in it. */
export const TEST_TEMPLATE = 'REQRUN_TEST_POSTGRES_TEMPLATE';

/** Reads one of the variables, or says how to get them. */
export function testEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: tests with a database run in the Jest projects "integration" and "e2e".`,
    );
  }
  return value;
}
