import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

import { useCluster } from '../harness/transports.js';
import {
  Consumer,
  packSdk,
  packSdkFromSources,
  remove,
  sdkFile,
  temporaryFolder,
  tool,
} from './consumer.js';

/** Largest size, minified and gzipped, in bytes. */
const SIZE_LIMIT = 12_000;
/** Compiler options beyond `strict`. */
const STRICTER = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };

const BROWSER = ['ES2022', 'DOM'];

const PROGRAM = `
  const reqrun = new ReqRun();
  const { data, requestId } = await reqrun.chat.completions
    .create({
      model: 'sim/429:retry-after-ms=10,500,ok',
      messages: [{ role: 'user', content: 'Hello.' }],
      wait: true,
    })
    .withResponse();
  const { data: attempts } = await reqrun.requests.attempts(requestId ?? '');
  const missing = await reqrun.requests
    .get('rr_' + '0'.repeat(32))
    .catch((error: unknown) => error instanceof NotFoundError && error.code);
  console.log(JSON.stringify([data.object, attempts.length, missing, VERSION]));
`;
const IMPORTS = `import { NotFoundError, ReqRun, VERSION } from '@reqrun/sdk';`;
const withoutTypes = (code: string): string => code.replace(': unknown', '');

describe('the packed SDK', () => {
  const cluster = useCluster({ redis: false });
  // Compilers and package managers on a busy machine: only a hanging one exceeds this limit.
  import.meta.jest.setTimeout(120_000);
  let folder = '';
  let tarball = '';
  let version = '';
  let typescript: Consumer;

  const environment = (): Record<string, string> => ({
    REQRUN_API_KEY: cluster().project.keys.test,
    REQRUN_BASE_URL: cluster().baseUrl,
  });
  /** Returns the output of {@link PROGRAM} on success. */
  const expected = (): string =>
    `${JSON.stringify(['chat.completion', 3, 'request_not_found', version])}\n`;

  beforeAll(async () => {
    folder = await temporaryFolder();
    tarball = await packSdk(folder);
    ({ version } = JSON.parse(await sdkFile('package.json')) as { version: string });
    typescript = await Consumer.create(join(folder, 'typescript'), tarball, 'module');
  }, 120_000);
  afterAll(() => remove(folder));

  it('is what publint and attw call clean, for every way of resolving it, with nothing left out', async () => {
    const { stdout } = await tool('publint', ['run', '--strict', tarball]);
    expect(stdout).toContain('All good!');
    const types = await tool('attw', [
      '--no-definitely-typed',
      '--no-color',
      '--format',
      'ascii',
      tarball,
    ]);
    expect(types.stdout).toContain('No problems found');
  });

  it('holds code, types, examples, a page and a licence, and needs no other package', async () => {
    const installed = join(typescript.folder, 'node_modules');
    const manifest = JSON.parse(
      await readFile(join(installed, '@reqrun/sdk/package.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(manifest['dependencies'] ?? {}).toEqual({});
    // Types alone, where it is installed anyway.
    expect(manifest['peerDependencies']).toEqual({ openai: '>=6' });
    expect(manifest['peerDependenciesMeta']).toEqual({ openai: { optional: true } });
    const { stdout } = await typescript.node(
      [
        '-p',
        `require('fs').readdirSync('node_modules/@reqrun/sdk', { recursive: true }).join(' ')`,
      ],
      {},
    );
    for (const name of [
      'README.md',
      'LICENSE',
      'examples/agent-step.ts',
      'dist/cjs/package.json',
    ]) {
      expect(stdout).toContain(name);
    }
    expect(stdout).not.toMatch(/\.map|spec|testing|src\//);
  });

  it('is whole when it is packed where nothing has been built: packing builds what it ships', async () => {
    const packed = await packSdkFromSources(join(folder, 'sources'));
    const consumer = await Consumer.create(join(folder, 'built-by-packing'), packed, 'module');
    await consumer.write({
      'required.cjs': `console.log(typeof require('@reqrun/sdk').ReqRun);`,
      'imported.mjs': `import { ReqRun } from '@reqrun/sdk'; console.log(typeof ReqRun);`,
    });
    for (const program of ['required.cjs', 'imported.mjs']) {
      expect((await consumer.node([program], {})).stdout).toBe('function\n');
    }
  });

  it('runs in a project of ES modules', async () => {
    const consumer = await Consumer.create(join(folder, 'esm'), tarball, 'module');
    await consumer.write({ 'main.js': `${IMPORTS}${withoutTypes(PROGRAM)}` });
    const { stdout } = await consumer.node(['main.js'], environment());
    expect(stdout).toBe(expected());
  });

  it('runs in a project of CommonJS', async () => {
    const consumer = await Consumer.create(join(folder, 'cjs'), tarball, 'commonjs');
    const imports = `const { NotFoundError, ReqRun, VERSION } = require('@reqrun/sdk');`;
    await consumer.write({
      'main.js': `${imports}(async () => {${withoutTypes(PROGRAM)}})();`,
    });
    const { stdout } = await consumer.node(['main.js'], environment());
    expect(stdout).toBe(expected());
  });

  it('compiles and runs in strict TypeScript with moduleResolution node16, as both kinds of module', async () => {
    await typescript.copy('return-types.ts', 'types.mts');
    await typescript.copy('return-types.ts', 'types.cts');
    await typescript.write({
      'main.mts': `${IMPORTS}${PROGRAM}`,
      'main.cts': `${IMPORTS}void (async () => {${PROGRAM}})();`,
    });
    await typescript.compile(
      'node16.json',
      {
        ...STRICTER,
        module: 'node16',
        target: 'es2022',
        lib: BROWSER,
        types: [],
        outDir: 'node16',
      },
      ['*.mts', '*.cts'],
    );
    for (const program of ['node16/main.mjs', 'node16/main.cjs']) {
      const { stdout } = await typescript.node([program], environment());
      expect(stdout).toBe(expected());
    }
  });

  it('compiles in strict TypeScript with moduleResolution bundler, with the types of browsers', async () => {
    await typescript.copy('return-types.ts', 'types.ts');
    await typescript.compile(
      'bundler.json',
      {
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: BROWSER,
        types: [],
        noEmit: true,
      },
      ['types.ts'],
    );
  });

  it('compiles in strict TypeScript without the types of any platform', async () => {
    await typescript.copy('return-types.ts', 'types.ts');
    await typescript.compile(
      'bare.json',
      {
        ...STRICTER,
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['ES2022'],
        types: [],
        noEmit: true,
      },
      ['types.ts'],
    );
  });

  it('is small, and runs where there is nothing but fetch, timers and AbortController', async () => {
    const bundle = join(folder, 'bundle.js');
    await tool('esbuild', [
      join(typescript.folder, 'node_modules/@reqrun/sdk/dist/esm/index.js'),
      '--bundle',
      '--minify',
      // No module of any platform exists, so an import of one would fail.
      '--platform=neutral',
      '--format=iife',
      '--global-name=sdk',
      `--outfile=${bundle}`,
    ]);
    const code = await readFile(bundle, 'utf8');
    expect(gzipSync(code).length).toBeLessThan(SIZE_LIMIT);

    const context = createContext({
      fetch,
      AbortController,
      performance,
      setTimeout,
      clearTimeout,
    });
    const options = JSON.stringify({
      apiKey: cluster().project.keys.test,
      baseURL: cluster().baseUrl,
    });
    const answer = runInContext(
      `${code}; (async () => {
        const reqrun = new sdk.ReqRun(${options});
        const messages = [{ role: 'user', content: 'Hello.' }];
        const { id } = await reqrun.chat.completions.create({ model: 'sim/ok', messages });
        return JSON.stringify([id, (await reqrun.requests.waitFor(id)).status]);
      })()`,
      context,
    ) as Promise<string>;
    expect(await answer).toMatch(/^\["rr_[0-9a-f]{32}","completed"\]$/);
  });
});
