import { builtinModules } from 'node:module';

import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Where each kind of project may look. Features never import features: the apps compose them. */
const boundaries = [
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:feature',
      'type:infra',
      'type:domain',
      'type:contract',
      'type:sdk',
    ],
  },
  {
    sourceTag: 'type:feature',
    onlyDependOnLibsWithTags: ['type:infra', 'type:domain', 'type:contract'],
  },
  {
    sourceTag: 'type:infra',
    onlyDependOnLibsWithTags: ['type:infra', 'type:domain', 'type:contract'],
  },
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: [],
    allowedExternalImports: ['fast-check'],
  },
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: [], allowedExternalImports: [] },
  { sourceTag: 'type:sdk', onlyDependOnLibsWithTags: [], allowedExternalImports: [] },
];

const ENVIRONMENT = 'The environment is read in platform/config alone.';
const environmentAlone = [
  "MemberExpression[object.name='process'][property.name='env']",
  "MemberExpression[object.property.name='process'][property.name='env']",
  "MemberExpression[object.name='process'][property.value='env']",
  "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']",
  'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
].map((selector) => ({ selector, message: ENVIRONMENT }));

/** What a pure lib must be given instead of taking it. */
const takenFromOutside = [
  'fetch',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'crypto',
].map((name) => ({ name, message: 'Pure: no I/O, no clock, no randomness here.' }));

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/.nx',
      '**/.reqrun',
      '**/coverage',
      'libs/platform/src/generated',
      'node_modules',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: ['./tsconfig.eslint.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: boundaries,
          banTransitiveDependencies: true,
          enforceBuildableLibDependency: false,
        },
      ],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      curly: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...environmentAlone],
    },
  },
  {
    files: ['libs/retry-policy/src/**/*.ts', 'libs/contracts/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map((name) => ({ name, message: 'Pure: no I/O here.' })),
          patterns: [
            { group: ['node:*'], message: 'Pure: no I/O here.' },
            { group: ['fast-check'], message: 'For tests alone.' },
          ],
        },
      ],
      'no-restricted-globals': ['error', ...takenFromOutside],
      'no-restricted-syntax': [
        'error',
        ...environmentAlone,
        { selector: 'ImportExpression', message: 'Pure: nothing is loaded here.' },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The time is given from outside.',
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is given from outside.' },
        { object: 'Date', property: 'now', message: 'The time is given from outside.' },
      ],
    },
  },
  {
    // It runs everywhere: `runtime.ts` alone takes what it needs from the platform.
    files: ['libs/sdk/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*-spec.ts', 'libs/sdk/src/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map((name) => ({ name, message: 'Not on every platform.' })),
          patterns: [{ group: ['node:*'], message: 'Not on every platform.' }],
        },
      ],
    },
  },
  {
    // They import the package by its name, as their readers will.
    files: ['libs/sdk/examples/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // The environment's one reader, the programs that start others, and tests that start programs.
    files: [
      'libs/platform/src/config/**/*.ts',
      'libs/platform/src/testing/**/*.ts',
      // A published package can not read its settings through the platform.
      'libs/sdk/src/runtime.ts',
      // The command line, which needs nothing of the platform.
      'apps/cli/src/config.ts',
      'apps/launcher/src/**/*.ts',
      'apps/e2e/src/**/*.ts',
      'bench/src/**/*.ts',
      '**/*-spec.ts',
      '**/*.spec.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // The types of settings follow from their specifications.
    files: ['libs/platform/src/config/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  prettier,
);
