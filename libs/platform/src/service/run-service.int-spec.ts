import { jest } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { eventually } from '../testing/eventually.js';

jest.setTimeout(120_000);

// The built files, as they run in production: Jest's own loader has no part in it.
const BUILT = pathToFileURL(join(process.cwd(), 'libs/platform/dist/service/index.js')).href;
const PROGRAM = `
import { runService } from ${JSON.stringify(BUILT)};
await runService('probe', () => Promise.resolve({
  url: 'http://127.0.0.1:4001',
  stop: () => new Promise((resolve) => setTimeout(resolve, 300)),
}));
`;

let folder: string;
let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reqrun-service-'));
  await writeFile(join(folder, 'probe.mjs'), PROGRAM);
  database = await createTestDatabase();
});
afterAll(async () => {
  children.forEach((child) => child.kill('SIGKILL'));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  DATABASE_URL: database.connectionString,
  REQRUN_MASTER_KEY: '0f'.repeat(32),
});

function start(environment: Record<string, string>) {
  const child = fork(join(folder, 'probe.mjs'), { env: environment, execArgv: [], silent: true });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Not `close`: Node does not raise it for a child that this side has disconnected from.
  const printedAll = new Promise((resolve) => child.stdout?.once('end', resolve));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve)).then(
    async (code) => {
      await printedAll;
      return code;
    },
  );
  const lines = (): Record<string, unknown>[] =>
    output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ready = (): Promise<void> => eventually('it is ready', () => output.includes('"ready"'));
  return { child, exit, lines, ready };
}

describe('a service process', () => {
  it('ends with 78 on a wrong setting, and names it in one JSON line', async () => {
    const { exit, lines } = start({ ...settings(), REQRUN_API_PORT: 'canary' });
    expect(await exit).toBe(78);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({ level: 'fatal', event: 'start.failed', service: 'probe' });
    expect(lines()[0]?.['error_message']).toMatch(/^REQRUN_API_PORT: expected/);
  });

  it('ends with 78 on a master key that does not fit the data, and says which setting to change', async () => {
    const first = start(settings());
    await first.ready();
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const wrong = start({ ...settings(), REQRUN_MASTER_KEY: 'f0'.repeat(32) });
    expect(await wrong.exit).toBe(78);
    expect(wrong.lines()[0]?.['error_message']).toContain('Set REQRUN_MASTER_KEY');
  });

  it('ends with 1 when the database is down, and says so', async () => {
    const { exit, lines } = start({
      ...settings(),
      DATABASE_URL: 'postgresql://nobody:canary@127.0.0.1:1/none',
    });
    expect(await exit).toBe(1);
    expect(lines()[0]?.['error_message']).toBe('The database cannot be reached.');
    expect(JSON.stringify(lines())).not.toContain('canary');
  });

  it('ends with 1 when the database has no tables, and says what to do', async () => {
    const empty = await createTestDatabase({ migrated: false });
    const { exit, lines } = start({ ...settings(), DATABASE_URL: empty.connectionString });
    expect(await exit).toBe(1);
    expect(lines()[0]?.['error_message']).toContain('run the migrations first');
    await empty.drop();
  });

  it('ends with 0 on SIGTERM, and a second signal changes nothing', async () => {
    const { child, exit, lines, ready } = start(settings());
    await ready();
    child.kill('SIGTERM');
    await eventually('it stops', () => lines().some(({ event }) => event === 'stopping'));
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(lines().map(({ event }) => event)).toEqual(['ready', 'stopping', 'stopped']);
  });

  it('tells the process that started it that it is ready, though it logs nothing of it', async () => {
    const { child, exit, lines } = start({ ...settings(), REQRUN_LOG_LEVEL: 'warn' });
    const message = await new Promise((resolve) => child.once('message', resolve));
    expect(message).toEqual({ url: 'http://127.0.0.1:4001' });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(lines()).toEqual([]);
  });

  it('ends by itself when the process that started it is gone', async () => {
    const { child, exit, lines, ready } = start(settings());
    await ready();
    child.disconnect();
    expect(await exit).toBe(0);
    expect(lines()[1]).toMatchObject({ event: 'stopping', reason: 'parent gone' });
  });
});
