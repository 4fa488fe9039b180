import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { createPool } from '@reqrun/platform/database';

import { type Block, readBlocks } from './docs/blocks.js';
import { Reader } from './docs/reader.js';
import { StartedProduct } from './docs/started.js';
import { chatBody, Client, jsonOf } from './harness/client.js';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
/** Languages of blocks without code: diagrams, grammars and output. */
const PROSE = ['mermaid', 'text'];
/** Returns statements that rename existing roles, so that a block can create them. */
const asideRolesOf = (code: string): string[] =>
  [...code.matchAll(/CREATE ROLE (\w+)/g)].map(
    ([, role = '']) => `ALTER ROLE ${role} RENAME TO ${role}_aside`,
  );

const all = (await readBlocks(CHECKOUT)).filter(({ language }) => !PROSE.includes(language));
const run = all.filter(({ notRun, runsIn }) => notRun === undefined && runsIn === undefined);
const inLanguage = (...names: string[]): Block[] =>
  run.filter(({ language }) => names.includes(language));
const named = (blocks: readonly Block[]): [string, Block][] =>
  blocks.map((block) => [`${block.page}:${block.line}`, block]);

const shell = inLanguage('sh', 'bash');
const pages = [...new Set(shell.map(({ page }) => page))];

describe('the pages', () => {
  let folder: string;
  let product: StartedProduct | undefined;
  let reader: Reader;
  let programs: ReadonlyMap<Block, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reqrun-docs-'));
    const home = join(folder, 'home');
    reader = await Reader.at(join(folder, 'checkout'), CHECKOUT, home);
    programs = await reader.compile(inLanguage('ts'));
    // A start must not depend on the log level.
    product = await StartedProduct.start(CHECKOUT, home, { REQRUN_LOG_LEVEL: 'warn' });
  });
  afterAll(async () => {
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const started = (): StartedProduct => {
    if (product === undefined) {
      throw new Error('Nothing was started.');
    }
    return product;
  };
  const client = (): Client =>
    new Client(
      started().localEnv['REQRUN_BASE_URL'] ?? '',
      started().localEnv['REQRUN_API_KEY'] ?? null,
    );

  it('have code in languages that are run here, or say which command runs it or why nobody does', () => {
    const known = ['sh', 'bash', 'ts', 'json', 'sql'];
    expect(run.filter(({ language }) => !known.includes(language))).toEqual([]);
    const left = all.filter(({ notRun }) => notRun !== undefined);
    expect(left.filter(({ notRun = '' }) => notRun.length < 10)).toEqual([]);
    expect(left.length / all.length).toBeLessThanOrEqual(0.25);
  });

  it.each(named(inLanguage('ts')))(
    '%s: the program compiles, and runs as it stands',
    async (_, block) => {
      await reader.node([programs.get(block) ?? ''], started().localEnv);
    },
  );

  it.each(named(inLanguage('json')))(
    '%s: the JSON is what the API takes or gives',
    async (_, { code }) => {
      const shown = JSON.parse(code) as Record<string, unknown>;
      if ('error' in shown) {
        const { error } = jsonOf<{ error: object }>(await client().chat({}));
        expect(Object.keys(shown['error'] as object)).toEqual(Object.keys(error));
      } else if (shown['object'] === 'chat.completion.async') {
        const handle = jsonOf<object>(await client().chat(chatBody('sim/ok', { wait: false })));
        expect(Object.keys(shown)).toEqual(Object.keys(handle));
      } else {
        expect((await client().wait('sim/ok', shown)).status).toBe(200);
      }
    },
  );

  it.each(named(inLanguage('sql')))(
    '%s: the database takes the statements',
    async (_, { code }) => {
      const connectionString = started().ownerEnv['DATABASE_URL'] ?? '';
      const pool = createPool({ connectionString, max: 1, applicationName: 'docs' });
      try {
        await pool.query(['BEGIN', ...asideRolesOf(code), code].join(';'));
      } finally {
        await pool.query('ROLLBACK');
        await pool.end();
      }
    },
  );

  // Last, because a page may change the owner's password, which revokes the token of the other tests.
  it.each(pages)(
    '%s: what is to be typed into a shell works, in the order of the page',
    async (page) => {
      await reader.type(
        shell.filter((block) => block.page === page),
        page === 'docs/operations.md' ? started().ownerEnv : {},
      );
    },
  );
});
