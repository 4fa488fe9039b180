import { jestProject } from './jest.preset.mjs';

/**
 * Three sizes, in order of cost: `unit` does no I/O, `integration` runs against a real PostgreSQL
 * (and Redis), `e2e` drives the built product from outside. Pick one with `--selectProjects`.
 *
 * @type {import('jest').Config}
 */
export default {
  // Against hanging for ever, not a measure of anything: a busy machine takes its time. Jest heeds it
  // here alone, not in a project.
  testTimeout: 120_000,
  projects: [
    jestProject('unit', [
      '<rootDir>/{libs,apps}/*/src/**/*.spec.ts',
      '<rootDir>/bench/src/**/*.spec.ts',
    ]),
    {
      ...jestProject('integration', ['<rootDir>/{libs,apps}/*/src/**/*.int-spec.ts']),
      globalSetup: '<rootDir>/scripts/jest-services.mjs',
      globalTeardown: '<rootDir>/scripts/jest-services-stop.mjs',
    },
    {
      ...jestProject('e2e', ['<rootDir>/apps/e2e/src/**/*.e2e-spec.ts']),
      globalSetup: '<rootDir>/scripts/jest-services.mjs',
      globalTeardown: '<rootDir>/scripts/jest-services-stop.mjs',
    },
  ],
};
