import { builtinModules } from 'node:module';

import next from '@next/eslint-plugin-next';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jsdoc from 'eslint-plugin-jsdoc';
import reactHooks from 'eslint-plugin-react-hooks';
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

const PROVIDERS_ALONE =
  'Calls leave this machine in libs/providers alone, where each is bounded and watched.';
/** Places that may call others: providers, what runs outside of the services, and what only looks after them. */
const CALLERS = [
  'libs/providers/src/**',
  'libs/sdk/**',
  'apps/cli/src/**',
  // Asks the processes that it has started whether they live.
  'apps/launcher/src/child.ts',
  'apps/launcher/src/liveness.ts',
  // The browser's own, which reaches the dashboard's server.
  'apps/dashboard/src/api/client.ts',
  // Passes calls on to the API, on one address that an administrator names.
  'apps/dashboard/src/server/admin-proxy.ts',
  'apps/e2e/**',
  'bench/**',
  '**/testing/**',
  '**/*.spec.ts',
  '**/*-spec.ts',
];

const DESCRIBED = ['{apps,libs,bench}/**/*.ts', 'apps/dashboard/**/*.tsx'];

/**
 * Folders of a project and the folders of it that each may import. A folder that is not named may be imported
 * by none of these.
 */
const layers = (root, allowed) =>
  Object.entries(allowed).map(([folder, others]) => ({
    target: `./${root}/${folder}/**/!(*.spec|*-spec).ts`,
    from: `./${root}`,
    except: [folder, ...others].map((name) => `./${name}`),
    message: `${folder}/ imports only ${others.length === 0 ? 'itself' : others.join(', ')}.`,
  }));

const REQUEST_LAYERS = layers('libs/requests/src', {
  sql: [],
  content: ['sql'],
  events: [],
  lifecycle: ['content', 'sql'],
  direct: ['content', 'lifecycle', 'sql', 'streams'],
  queries: ['content', 'lifecycle', 'sql'],
  waiting: ['content', 'lifecycle', 'queries', 'sql'],
  maintenance: ['lifecycle', 'sql'],
  metrics: ['sql'],
  streams: ['content', 'lifecycle', 'sql'],
});

const API_LAYERS = layers('apps/api/src', {
  http: ['health', 'metrics.ts', 'version.ts'],
  keys: ['http'],
  policy: ['http'],
  requests: ['http'],
  health: ['http'],
  v1: ['http', 'keys', 'metrics.ts', 'policy', 'requests', 'version.ts'],
  admin: ['http', 'keys', 'policy', 'requests', 'version.ts'],
});

const STATUS_IN_TRANSITIONS = [
  {
    selector:
      'TemplateElement[value.raw=/(UPDATE\\s+requests\\s[\\s\\S]*SET[\\s\\S]*status\\s*=|INSERT\\s+INTO\\s+requests\\s)/i]',
    message: 'The status of a request is written in libs/requests/src/sql/transitions alone.',
  },
  {
    selector:
      'Literal[value=/(UPDATE\\s+requests\\s[\\s\\S]*SET[\\s\\S]*status\\s*=|INSERT\\s+INTO\\s+requests\\s)/i]',
    message: 'The status of a request is written in libs/requests/src/sql/transitions alone.',
  },
];

const BEYOND_THE_API = 'The dashboard knows the admin API and nothing behind it.';
/** What lies behind the API: the dashboard may load none of it, not even in its server. */
const beyondTheApi = [
  {
    regex: '^(@prisma/|prisma$|pg$|pg-|bullmq$|ioredis$|redis$|@nestjs/|fastify$|@fastify/)',
    message: BEYOND_THE_API,
  },
  {
    regex: '^@reqrun/(?!contracts$|platform/)',
    message: BEYOND_THE_API,
  },
];
const platformForServers = { regex: '^@reqrun/platform', message: BEYOND_THE_API };

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/.next',
      '**/.nx',
      '**/.reqrun',
      '**/coverage',
      'libs/platform/src/generated',
      'apps/dashboard/next-env.d.ts',
      'apps/dashboard/src/api/schema.ts',
      'node_modules',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
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
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js'],
          extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
          conditionNames: ['@reqrun/source', 'import', 'default'],
        }),
      ],
    },
    // Between projects the rule of Nx finds them; here, between the files of one.
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { zones: [...REQUEST_LAYERS, ...API_LAYERS] }],
    },
  },
  {
    files: ['libs/requests/src/**/*.ts', 'apps/{api,worker}/src/**/*.ts'],
    ignores: [
      'libs/requests/src/sql/transitions/**',
      '**/testing/**',
      '**/*.spec.ts',
      '**/*-spec.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...environmentAlone, ...STATUS_IN_TRANSITIONS] },
  },
  {
    // A comment names the thing or says what it does: a question word makes the reader turn the sentence.
    files: DESCRIBED,
    plugins: { jsdoc },
    rules: {
      'jsdoc/match-description': [
        'error',
        {
          matchDescription: '^(?!(What|Who|Whose|Where|Which)\\b)[\\s\\S]*$',
          message: 'A doc comment begins with a noun phrase or a third-person verb.',
          contexts: ['any'],
        },
      ],
    },
  },
  {
    // Rules of their own name, for the ones without a prefix are set again below.
    files: ['**/*.ts', '**/*.tsx'],
    ignores: CALLERS,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['undici', 'node:http', 'node:https', 'http', 'https'].map((name) => ({
            name,
            message: PROVIDERS_ALONE,
            ...(name === 'undici' ? {} : { importNames: ['request', 'get', 'Agent'] }),
          })),
        },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: PROVIDERS_ALONE }],
      'no-restricted-properties': [
        'error',
        { object: 'globalThis', property: 'fetch', message: PROVIDERS_ALONE },
      ],
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
    // Examples import the package by its name, as their readers will. Tests compare it with libraries.
    files: ['libs/sdk/examples/**/*.ts', 'libs/sdk/src/**/*.spec.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // The dashboard's pages: compiled by Next, for browsers.
    files: ['apps/dashboard/src/**/*.ts', 'apps/dashboard/src/**/*.tsx'],
    ignores: ['apps/dashboard/src/server/**'],
    plugins: { '@next/next': next, 'react-hooks': reactHooks },
    languageOptions: {
      parserOptions: {
        project: ['./apps/dashboard/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: { next: { rootDir: 'apps/dashboard' } },
    rules: {
      ...next.configs.recommended.rules,
      ...next.configs['core-web-vitals'].rules,
      ...reactHooks.configs.recommended.rules,
      'no-restricted-syntax': 'off',
      // Queries and hooks give what their library infers; nobody could write it better.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'no-restricted-imports': ['error', { patterns: [...beyondTheApi, platformForServers] }],
    },
  },
  {
    files: ['apps/dashboard/src/server/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./apps/dashboard/src/server/tsconfig.eslint.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...beyondTheApi,
            { regex: '^@reqrun/platform/(?!config$|logging$)', message: BEYOND_THE_API },
          ],
        },
      ],
    },
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
