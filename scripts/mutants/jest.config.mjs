import { jestProject } from '../../jest.preset.mjs';
import { swcOptions } from '../sources/swc-options.mjs';
import { root } from '../steps/run.mjs';

/** Time after which a test has failed, in ms: a guard that is gone may leave it waiting for ever. */
const TEST_TIMEOUT_MS = 30_000;

/**
 * The integration tests, on sources that lack the guard of a mutant.
 *
 * @type {import('jest').Config}
 */
export default {
  ...jestProject('mutant', ['<rootDir>/{libs,apps}/*/src/**/*.int-spec.ts']),
  rootDir: root,
  testTimeout: TEST_TIMEOUT_MS,
  globalSetup: '<rootDir>/scripts/jest-services.mjs',
  globalTeardown: '<rootDir>/scripts/jest-services-stop.mjs',
  transform: { '\\.ts$': ['<rootDir>/scripts/mutants/transform.mjs', swcOptions] },
};
