import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { lockHome } from './home-lock.js';
import { readLocalEnv, writeLocalEnv } from './local-env.js';
import { ensureMasterKey } from './master-key.js';

describe('the files of a home', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reqrun-home-'));
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));

  it('local.env is for its owner alone, also when it was open before', async () => {
    const path = join(folder, 'local.env');
    await writeFile(path, 'MINE=1\n', { mode: 0o644 });

    await writeLocalEnv(path, { REQRUN_API_KEY: 'key' });

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readLocalEnv(path)).toEqual({ MINE: '1', REQRUN_API_KEY: 'key' });
    expect(await readdir(folder)).toEqual(['local.env']);
  });

  it('a master key is made once and kept, readable by its owner alone', async () => {
    const path = join(folder, 'master.key');

    const made = await ensureMasterKey(undefined, path, false);

    expect(made).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ensureMasterKey(undefined, path, true)).toEqual(made);
  });

  it('a master key that was given is never written down', async () => {
    const given = Buffer.alloc(32, 7);

    expect(await ensureMasterKey(given, join(folder, 'master.key'), false)).toBe(given);
    expect(await readdir(folder)).toEqual([]);
  });

  it('no master key is made where there is data of another one', async () => {
    const path = join(folder, 'master.key');

    await expect(ensureMasterKey(undefined, path, true)).rejects.toThrow('is missing');
    expect(await readdir(folder)).toEqual([]);
  });

  it('a damaged master key is refused, not replaced', async () => {
    const path = join(folder, 'master.key');
    await writeFile(path, 'abc');

    await expect(ensureMasterKey(undefined, path, false)).rejects.toThrow('64 hexadecimal digits');
    expect(await readFile(path, 'utf8')).toBe('abc');
  });

  it('a home is locked by one launcher at a time', async () => {
    const path = join(folder, 'launcher.lock');
    // A living process that was started by the same script stands for the other launcher.
    await writeFile(
      path,
      JSON.stringify({ pid: process.ppid, script: await commandOf(process.ppid) }),
    );

    await expect(lockHome(path)).rejects.toThrow(`already runs here (pid ${process.ppid})`);
  });

  it('the lock of a launcher that was killed is taken over, and released at the end', async () => {
    const path = join(folder, 'launcher.lock');
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, script: '/x/scripts/start.mjs' }));

    const release = await lockHome(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await release();

    expect(await readdir(folder)).toEqual([]);
  });
});

async function commandOf(pid: number): Promise<string> {
  const { describeProcess } = await import('@reqrun/platform/embedded-postgres');
  return (await describeProcess(pid))?.commandLine.split(/[\0 ]/)[0] ?? '';
}
