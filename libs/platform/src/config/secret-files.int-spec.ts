import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ConfigError } from './errors.js';
import { firstProjectSettings, loadFirstProjectConfig } from './first-project.js';
import { launcherSettings, loadLauncherConfig } from './launcher.js';
import { SECRET_SETTINGS, withSecretFiles } from './secret-files.js';
import { loadServiceConfig } from './service-config.js';
import { serviceSettings } from './settings.js';

const HEX = '0f'.repeat(32);
const URL_IN_FILE = 'postgresql://u:canary@h:5432/d';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reqrun-secrets-'));
  await writeFile(join(folder, 'key'), `${HEX}\n`);
  await writeFile(join(folder, 'url'), `${URL_IN_FILE}\r\n`);
  await writeFile(join(folder, 'empty'), '\n');
  await writeFile(join(folder, 'wrong'), 'canary');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);

describe('a secret in a file', () => {
  it('is read in place of the setting, without its line end', () => {
    const files = { DATABASE_URL_FILE: file('url'), REQRUN_MASTER_KEY_FILE: file('key') };
    for (const config of [loadServiceConfig(files), loadLauncherConfig(files)]) {
      expect(config.DATABASE_URL).toBe(URL_IN_FILE);
      expect(config.REQRUN_MASTER_KEY).toEqual(Buffer.from(HEX, 'hex'));
    }
    const { OPENAI_API_KEY: key } = loadFirstProjectConfig({ OPENAI_API_KEY_FILE: file('wrong') });
    expect(key).toBe('canary');
  });

  it('is read where the setting is there, and empty', () => {
    const { DATABASE_URL: url } = withSecretFiles({
      DATABASE_URL: '',
      DATABASE_URL_FILE: file('url'),
      REDIS_URL_FILE: '',
    });
    expect(url).toBe(URL_IN_FILE);
  });

  it('gives way to the setting itself', () => {
    const config = loadServiceConfig({
      DATABASE_URL: 'postgresql://other/d',
      DATABASE_URL_FILE: file('url'),
      REQRUN_MASTER_KEY: HEX,
    });
    expect(config.DATABASE_URL).toBe('postgresql://other/d');
  });

  it.each([
    ['missing', "DATABASE_URL_FILE: the file can't be read (ENOENT)"],
    ['.', "DATABASE_URL_FILE: the file can't be read (EISDIR)"],
    ['empty', 'DATABASE_URL is not set'],
    ['wrong', expect.stringMatching(/^DATABASE_URL: expected/)],
  ])('stops the process when its file is %s, and is never shown', (name, message) => {
    const load = (): unknown =>
      loadServiceConfig({ DATABASE_URL_FILE: file(name), REQRUN_MASTER_KEY: HEX });
    expect(load).toThrow(ConfigError);
    try {
      load();
    } catch (error) {
      expect((error as Error).message).toEqual(message);
      expect((error as Error).message).not.toContain('canary');
    }
  });

  it('is known by the name of a setting', () => {
    const settings = { ...serviceSettings, ...launcherSettings, ...firstProjectSettings };
    expect(Object.keys(settings)).toEqual(expect.arrayContaining([...SECRET_SETTINGS]));
  });
});

describe('a master key that a command prints', () => {
  const NEEDED = { DATABASE_URL: URL_IN_FILE, PATH: process.env['PATH'] };

  it('is read without its line end; a key that is given itself wins', () => {
    const command = `printf '%s\\n' "$KEY"`;
    const environment = { ...NEEDED, KEY: HEX, REQRUN_MASTER_KEY_COMMAND: command };
    expect(loadServiceConfig(environment).REQRUN_MASTER_KEY).toEqual(Buffer.from(HEX, 'hex'));
    const other = 'aa'.repeat(32);
    expect(
      loadServiceConfig({ ...environment, REQRUN_MASTER_KEY: other }).REQRUN_MASTER_KEY,
    ).toEqual(Buffer.from(other, 'hex'));
  });

  it('is not asked for by a program that has no use for it', () => {
    const marker = file('asked');
    loadFirstProjectConfig({ ...NEEDED, REQRUN_MASTER_KEY_COMMAND: `touch ${marker}` });
    expect(existsSync(marker)).toBe(false);
  });

  it.each([
    ['echo canary; exit 3', 'REQRUN_MASTER_KEY_COMMAND: the command failed (exit code 3)'],
    ['echo canary', 'REQRUN_MASTER_KEY: expected 32 bytes as 64 hexadecimal digits or base64'],
  ])('%s is an error that says nothing of what was printed', (command, message) => {
    const environment = { ...NEEDED, REQRUN_MASTER_KEY_COMMAND: command };
    expect(() => loadServiceConfig(environment)).toThrow(new ConfigError(message));
  });
});
