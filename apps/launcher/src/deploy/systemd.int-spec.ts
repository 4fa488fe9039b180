import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { dashboardSettings, SECRET_SETTINGS, serviceSettings } from '@reqrun/platform/config';
import { describeWithProgram, makeRunFolder } from '@reqrun/platform/testing';

import { CHECKOUT } from '../home.js';

const PROGRAM = 'systemd-analyze';
const UNITS = join(CHECKOUT, 'deploy/systemd');
/** Exposure, from 0 to 10, above which systemd no longer calls a service well protected. */
const MOST_EXPOSED = 2.5;

const names = readdirSync(UNITS).filter((name) => name.endsWith('.service'));
const textOf = (name: string): string => readFileSync(join(UNITS, name), 'utf8');

describeWithProgram(PROGRAM, 'the units of systemd', () => {
  let folder: string;

  /** Copies the units, with an instance of each template. */
  beforeAll(async () => {
    folder = await makeRunFolder('systemd');
    cpSync(UNITS, folder, { recursive: true });
    for (const name of names.filter((one) => one.includes('@'))) {
      symlinkSync(name, join(folder, name.replace('@', '@4000')));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const analyze = (...given: string[]): string =>
    execFileSync(PROGRAM, given, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const instanceOf = (name: string): string => `./${name.replace('@', '@4000')}`;

  it.each(names)('%s is one that systemd reads without a warning', (name) => {
    expect(analyze('--man=no', 'verify', instanceOf(name))).toBe('');
  });

  it.each(names.filter((name) => !name.includes('migrate')))('%s is well protected', (name) => {
    const [, exposure] =
      /exposure level for \S+: ([\d.]+)/.exec(
        analyze('security', '--offline=true', '--no-pager', instanceOf(name)),
      ) ?? [];
    expect(Number(exposure)).toBeLessThan(MOST_EXPOSED);
  });

  it.each(names)('%s starts a program that is there', (name) => {
    const [, path = ''] = /^ExecStart=.* \/opt\/reqrun\/(\S+)$/m.exec(textOf(name)) ?? [];
    expect([name, existsSync(join(CHECKOUT, path))]).toEqual([name, true]);
  });

  it('name settings that there are', () => {
    const known = new Set([
      ...Object.keys(serviceSettings),
      ...Object.keys(dashboardSettings),
      ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
    ]);
    const used = [...names, 'reqrun.env.example'].flatMap((name) =>
      [...textOf(name).matchAll(/\b((?:REQRUN|DATABASE|REDIS)_[A-Z_]+)=/g)].map(([, one]) => one!),
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
