import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { makeRunFolder } from '../testing/index.js';
import { binariesDirectory } from './index.js';
import { serverUser } from './server-user.js';

const run = promisify(execFile);

describe('binariesDirectory', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await makeRunFolder('binaries');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('the package that npm installed without its scripts is made complete and runs in place', async () => {
    const installed = await binariesDirectory({ user: await serverUser() });
    const { stdout } = await run(join(installed, 'bin', 'postgres'), ['--version'], { env: {} });
    expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18\./);
  });

  (process.getuid?.() === 0 ? it : it.skip)(
    'a package that the server may not reach is copied once, whole, and runs from there',
    async () => {
      const user = (await serverUser())!;
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o700 });
      const installed = await binariesDirectory({ user });
      const packageDirectory = join(closed, 'package');
      await cp(join(installed, '..'), packageDirectory, {
        recursive: true,
        verbatimSymlinks: true,
      });
      const links = (await readdir(join(packageDirectory, 'native', 'lib'))).filter((name) =>
        /^libicuuc\.so\.\d+$/.test(name),
      );
      // As under `ignore-scripts`.
      await Promise.all(links.map((name) => rm(join(packageDirectory, 'native', 'lib', name))));
      const log: string[] = [];
      const options = {
        user,
        packageDirectory,
        systemDirectory: join(folder, 'system'),
        onLog: (line: string) => log.push(line),
      };

      const [one, two] = await Promise.all([
        binariesDirectory(options),
        binariesDirectory(options),
      ]);
      const three = await binariesDirectory(options);

      expect([two, three]).toEqual([one, one]);
      expect(one).toMatch(/system\/postgresql-18\.[^/]+-[a-z]+-[a-z0-9]+\/native$/);
      expect(log.length).toBeLessThanOrEqual(2);
      expect(await readdir(join(folder, 'system'))).toHaveLength(1);
      expect(await readlink(join(one, 'lib', links[0]!))).toMatch(/^libicuuc/);
      await run(join(one, 'bin', 'initdb'), ['--version'], {
        uid: user.uid,
        gid: user.gid,
        env: {},
      });
    },
  );
});
