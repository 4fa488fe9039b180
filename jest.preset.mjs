import { swcOptions } from './scripts/sources/swc-options.mjs';

/**
 * What every project's Jest shares: TypeScript through SWC (with the decorator metadata that Nest's
 * injection reads), real ES modules, and our own libs read from source instead of from `dist`.
 *
 * @param {string} displayName the project's name in the report
 * @param {string[]} testMatch which files it runs
 * @returns {import('jest').Config}
 */
export function jestProject(displayName, testMatch) {
  return {
    displayName,
    testMatch,
    testEnvironment: 'node',
    testEnvironmentOptions: {
      customExportConditions: ['@reqrun/source', 'node', 'node-addons'],
    },
    extensionsToTreatAsEsm: ['.ts'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    modulePathIgnorePatterns: ['/dist/', '/.nx/', '/.reqrun/'],
    transform: {
      '\\.ts$': ['@swc/jest', swcOptions],
    },
  };
}
