import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Config, screenSettings } from './config.js';
import { UsageError } from './exit-codes.js';

describe('settings', () => {
  const before = process.cwd();
  let folder: string;
  let home: string;

  const localEnv = (...lines: string[]): void =>
    writeFileSync(join(home, 'local.env'), lines.join('\n'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reqrun-cli-'));
    home = join(folder, '.reqrun');
    mkdirSync(home);
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  it('come from .reqrun/local.env where nothing else says so', () => {
    localEnv(
      '# Written by `npm start`.',
      'REQRUN_BASE_URL=http://127.0.0.1:4000',
      'REQRUN_API_KEY=live',
      'export REQRUN_TEST_API_KEY="test"',
      'REQRUN_ADMIN_TOKEN=token',
      'REQRUN_PROJECT=Default project',
    );
    const baseURL = 'http://127.0.0.1:4000';
    expect(new Config({}, {}).application).toEqual({ baseURL, secret: 'live' });
    expect(new Config({ test: true }, {}).application).toEqual({ baseURL, secret: 'test' });
    expect(new Config({}, {}).admin).toEqual({ baseURL, secret: 'token' });
    expect(new Config({}, {}).project).toBe('Default project');
  });

  it('come from the environment before the file, and from flags before the environment', () => {
    localEnv('REQRUN_BASE_URL=http://127.0.0.1:4000', 'REQRUN_API_KEY=file');
    const environment = { REQRUN_BASE_URL: 'https://env.example/v1/', REQRUN_API_KEY: 'env' };
    expect(new Config({}, environment).application).toEqual({
      baseURL: 'https://env.example',
      secret: 'env',
    });
    writeFileSync('key.txt', 'flag\n');
    const flags = { baseUrl: 'https://flag.example', apiKeyFile: 'key.txt' };
    expect(new Config(flags, environment).application).toEqual({
      baseURL: 'https://flag.example',
      secret: 'flag',
    });
  });

  it('that are empty in the environment are not set', () => {
    localEnv('REQRUN_BASE_URL=http://127.0.0.1:4000', 'REQRUN_API_KEY=file');
    const environment = { REQRUN_BASE_URL: '', REQRUN_API_KEY: ' ', REQRUN_HOME: '' };
    expect(new Config({}, environment).application.secret).toBe('file');
  });

  it('are looked for in REQRUN_HOME, or in the folder that --home names', () => {
    localEnv('REQRUN_BASE_URL=http://127.0.0.1:4000', 'REQRUN_API_KEY=file');
    process.chdir(before);
    expect(new Config({}, { REQRUN_HOME: home }).application.secret).toBe('file');
    expect(new Config({ home }, { REQRUN_HOME: '/nowhere' }).application.secret).toBe('file');
    expect(() => new Config({ home: join(folder, 'none') }, {})).toThrow(UsageError);
  });

  it('that are missing are named', () => {
    expect(() => new Config({}, {}).application).toThrow(/REQRUN_BASE_URL/);
    const environment = { REQRUN_BASE_URL: 'http://127.0.0.1:4000' };
    expect(() => new Config({}, environment).application).toThrow(/REQRUN_API_KEY is missing/);
    expect(() => new Config({ test: true }, environment).application).toThrow(
      /REQRUN_TEST_API_KEY is missing/,
    );
    expect(() => new Config({}, environment).admin).toThrow(/REQRUN_ADMIN_TOKEN is missing/);
    expect(() => new Config({ apiKeyFile: 'none' }, environment).application).toThrow(UsageError);
  });

  it.each(['127.0.0.1:4000', 'ftp://host', 'https://host?x=1', 'not a url'])(
    'have no base URL like %s',
    (url) => {
      const environment = { REQRUN_BASE_URL: url, REQRUN_API_KEY: 'key' };
      expect(() => new Config({}, environment).application).toThrow(/base URL must be like/);
    },
  );

  it('of a folder that one happens to be in do not send one’s own key to a server there', () => {
    localEnv('REQRUN_BASE_URL=https://elsewhere.example');
    const environment = { REQRUN_API_KEY: 'mine', REQRUN_ADMIN_TOKEN: 'mine' };
    expect(() => new Config({}, environment).application).toThrow(UsageError);
    expect(() => new Config({}, environment).admin).toThrow(UsageError);
    const said = { ...environment, REQRUN_HOME: home };
    expect(new Config({}, said).application.baseURL).toBe('https://elsewhere.example');
    localEnv('REQRUN_BASE_URL=https://elsewhere.example', 'REQRUN_API_KEY=theirs');
    expect(new Config({}, {}).application.secret).toBe('theirs');
    localEnv('REQRUN_BASE_URL=https://elsewhere.example');
    expect(() => new Config({}, {}).server).toThrow(UsageError);
    expect(new Config({ home }, {}).server).toBe('https://elsewhere.example');
    localEnv('REQRUN_DASHBOARD_URL=https://elsewhere.example');
    expect(() => new Config({}, {}).dashboard).toThrow(UsageError);
    localEnv('REQRUN_BASE_URL=http://[::1]:4000');
    expect(new Config({}, environment).application.secret).toBe('mine');
  });
});

describe('the screen', () => {
  it.each([
    [{}, { noColor: false, animated: true }],
    [{ NO_COLOR: '1' }, { noColor: true, animated: true }],
    [{ NO_COLOR: '' }, { noColor: false, animated: true }],
    [{ CI: 'true' }, { noColor: false, animated: false }],
    [{ TERM: 'dumb' }, { noColor: true, animated: false }],
  ])('with %j is used so: %j', (environment, settings) => {
    expect(screenSettings(environment)).toEqual(settings);
  });
});
