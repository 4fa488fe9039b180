import { ConfigError } from './errors.js';
import { firstProjectSettings, loadFirstProjectConfig } from './first-project.js';
import { launcherSettings, loadLauncherConfig } from './launcher.js';
import { directDatabaseUrl, loadServiceConfig } from './service-config.js';
import { renderConfigurationTable } from './render-table.js';
import { serviceSettings } from './settings.js';

const HEX = '0f'.repeat(32);
const NEEDED = { DATABASE_URL: 'postgresql://u:p@h:5432/d', REQRUN_MASTER_KEY: HEX };

function messageOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('it was taken');
}

describe('the settings of a service', () => {
  it('need a database and a master key, and name all that is missing at once', () => {
    expect(messageOf(() => loadServiceConfig({}))).toBe(
      'DATABASE_URL is not set; REQRUN_MASTER_KEY is not set',
    );
  });

  it('need the direct address of a database that they reach through a pooler', () => {
    const pooled = { ...NEEDED, REQRUN_DATABASE_POOLER: 'transaction' };
    expect(messageOf(() => loadServiceConfig(pooled))).toContain('REQRUN_DIRECT_DATABASE_URL');
    const direct = 'postgresql://db/reqrun';
    expect(
      directDatabaseUrl(loadServiceConfig({ ...pooled, REQRUN_DIRECT_DATABASE_URL: direct })),
    ).toBe(direct);
    expect(directDatabaseUrl(loadServiceConfig(NEEDED))).toBe(NEEDED.DATABASE_URL);
  });

  it('have defaults for everything else', () => {
    expect(loadServiceConfig(NEEDED)).toMatchObject({
      REDIS_URL: undefined,
      REQRUN_SIMULATOR_URL: undefined,
      REQRUN_API_HOST: '127.0.0.1',
      REQRUN_API_PORT: 4000,
      REQRUN_WORKER_HOST: '127.0.0.1',
      REQRUN_MAX_BODY_BYTES: 32 * 1024 * 1024,
      REQRUN_LEASE_MS: 10_000,
      REQRUN_HEARTBEAT_MS: 3_000,
      REQRUN_WAITER_POLL_MS: 250,
      REQRUN_TRUST_PROXY: [],
      REQRUN_CORS_ORIGINS: [],
      REQRUN_ALLOW_INSECURE_PROVIDERS: false,
    });
  });

  it('count as absent when they are empty', () => {
    const config = loadServiceConfig({ ...NEEDED, REDIS_URL: '', REQRUN_API_PORT: '' });
    expect([config.REDIS_URL, config.REQRUN_API_PORT]).toEqual([undefined, 4000]);
    expect(messageOf(() => loadServiceConfig({ ...NEEDED, DATABASE_URL: '' }))).toContain(
      'DATABASE_URL is not set',
    );
  });

  it.each([
    ['DATABASE_URL', 'mysql://user:canary@host/db'],
    ['DATABASE_URL', 'canary'],
    ['REDIS_URL', 'http://:canary@host'],
    ['REQRUN_MASTER_KEY', 'canary'],
    ['REQRUN_MASTER_KEY', `${HEX}canary`],
    ['REQRUN_MASTER_KEY', `canary!${Buffer.alloc(32, 1).toString('base64')}`],
    ['REQRUN_SIMULATOR_URL', 'ftp://canary'],
    ['REQRUN_LOG_LEVEL', 'canary'],
    ['REQRUN_API_PORT', 'canary'],
    ['REQRUN_API_PORT', '65536'],
    ['REQRUN_API_PORT', '-1'],
    ['REQRUN_API_PORT', '80.5'],
    ['REQRUN_API_PORT', '0x50'],
    ['REQRUN_API_PORT', '8e1'],
    ['REQRUN_API_PORT', ' '],
    ['REQRUN_DATABASE_POOL_SIZE', '1'],
    ['REQRUN_KEY_CACHE_MS', '10000'],
    ['REQRUN_LINK_DIRECTORY', 'canary/links'],
    ['REQRUN_LINK_DIRECTORY', './canary'],
    ['REQRUN_LINK_DIRECTORY', `/canary/${'x'.repeat(82)}`],
    ['REQRUN_LINK_DIRECTORY', `/canary/${'ü'.repeat(41)}`],
    ['REQRUN_ALLOW_INSECURE_PROVIDERS', 'canary'],
    ['REQRUN_MAX_JSON_DEPTH', '1001'],
  ])('are refused by name, and the value is never quoted: %s=%s', (name, value) => {
    const message = messageOf(() => loadServiceConfig({ ...NEEDED, [name]: value }));
    expect(message).toContain(name);
    expect(message).not.toContain('canary');
    expect(message).not.toContain(HEX);
  });

  it.each([
    HEX,
    HEX.toUpperCase(),
    Buffer.from(HEX, 'hex').toString('base64'),
    Buffer.from(HEX, 'hex').toString('base64url'),
  ])('take a master key as hexadecimal or base64: %s', (key) => {
    const config = loadServiceConfig({ ...NEEDED, REQRUN_MASTER_KEY: key });
    expect(config.REQRUN_MASTER_KEY.toString('hex')).toBe(HEX);
  });

  it('take a list with spaces and empty parts', () => {
    const config = loadServiceConfig({ ...NEEDED, REQRUN_TRUST_PROXY: ' 10.0.0.1, ,::1,' });
    expect(config.REQRUN_TRUST_PROXY).toEqual(['10.0.0.1', '::1']);
  });

  it('take a folder for sockets that is absolute and leaves room for their names', () => {
    const longest = `/${'x'.repeat(88)}`;
    const { REQRUN_LINK_DIRECTORY } = loadServiceConfig({
      ...NEEDED,
      REQRUN_LINK_DIRECTORY: longest,
    });
    expect(REQRUN_LINK_DIRECTORY).toBe(longest);
    expect(
      messageOf(() => loadServiceConfig({ ...NEEDED, REQRUN_LINK_DIRECTORY: `${longest}x` })),
    ).toContain('REQRUN_LINK_DIRECTORY');
  });

  it.each([
    ['REQRUN_MAX_BODY_BYTES', 256],
    ['REQRUN_MAX_ANSWER_BYTES', 511],
  ])('take no %s of more MiB than can be run: %i', (name, mib) => {
    const withBytes = (bytes: number) => () =>
      loadServiceConfig({ ...NEEDED, [name]: String(bytes) });
    expect(withBytes(mib * 1024 * 1024)()).toMatchObject({ [name]: mib * 1024 * 1024 });
    expect(messageOf(withBytes(mib * 1024 * 1024 + 1))).toContain(name);
  });

  it('need a heartbeat of at most half the lease', () => {
    const times = (heartbeat: number, lease: number) => () =>
      loadServiceConfig({
        ...NEEDED,
        REQRUN_HEARTBEAT_MS: String(heartbeat),
        REQRUN_LEASE_MS: String(lease),
      });
    expect(times(500, 1_000)()).toMatchObject({ REQRUN_HEARTBEAT_MS: 500 });
    expect(messageOf(times(501, 1_000))).toMatch(/REQRUN_HEARTBEAT_MS .* REQRUN_LEASE_MS/);
  });
});

describe('the settings of the first project', () => {
  it.each([
    ['REQRUN_RETRY_COUNT', '6'],
    ['REQRUN_RETRY_COUNT', '-1'],
    ['REQRUN_RETRY_ON_CODES', '429,400'],
    ['REQRUN_RETRY_ON_CODES', '429,'],
    ['REQRUN_RETRY_ON_CODES', 'canary'],
    ['REQRUN_RETRY_ON_CODES', '600'],
    ['REQRUN_ON_LOST', 'canary'],
    ['REQRUN_DEFAULT_WAIT_TIMEOUT_MS', '0'],
    ['REQRUN_DEFAULT_WAIT_TIMEOUT_MS', '240001'],
    ['REQRUN_CALL_TIMEOUT_MS', '0'],
    ['REQRUN_PAYLOAD_RETENTION_DAYS', '0'],
    ['OPENAI_BASE_URL', 'canary'],
  ])('are refused by name: %s=%s', (name, value) => {
    const message = messageOf(() => loadFirstProjectConfig({ [name]: value }));
    expect(message).toContain(name);
    expect(message).not.toContain('canary');
  });

  it('have the defaults of the documented policy', () => {
    expect(loadFirstProjectConfig({})).toMatchObject({
      OPENAI_API_KEY: undefined,
      REQRUN_DEFAULT_WAIT: 'auto',
      REQRUN_DEFAULT_WAIT_TIMEOUT_MS: 240_000,
      REQRUN_RETRY_COUNT: 3,
      REQRUN_RETRY_ON_CODES: [408, 409, 429, 500, 502, 503, 504],
      REQRUN_ON_LOST: 'retry',
      REQRUN_PAYLOAD_RETENTION_DAYS: 30,
      REQRUN_RECORD_RETENTION_DAYS: 90,
    });
  });
});

describe('the settings of npm start', () => {
  it('need nothing', () => {
    expect(loadLauncherConfig({})).toMatchObject({
      DATABASE_URL: undefined,
      REQRUN_MASTER_KEY: undefined,
      REQRUN_HOME: '.reqrun',
      REQRUN_WORKERS: 1,
    });
  });
});

describe('the printed table of settings', () => {
  const printed = renderConfigurationTable();

  it('has every setting of every program', () => {
    for (const name of [serviceSettings, launcherSettings, firstProjectSettings].flatMap(
      (settings) => Object.keys(settings),
    )) {
      expect(printed).toContain(`| \`${name}\` |`);
    }
  });

  it('has three cells in every row, none of them empty', () => {
    for (const row of printed.split('\n').filter((line) => line.startsWith('| `'))) {
      expect(row).toMatch(/^\| `[A-Z_]+` \| \S.* \| \S.* \|$/);
    }
  });

  it('shows defaults as they are written into the environment', () => {
    expect(printed).toContain('| `REQRUN_API_PORT` | `4000` |');
    expect(printed).toContain('| `DATABASE_URL` | (required) |');
    expect(printed).toContain('| `REDIS_URL` | (none) |');
    expect(printed).toContain('| `REQRUN_RETRY_ON_CODES` | `408,409,429,500,502,503,504` |');
    expect(printed).toContain('| `REQRUN_DEFAULT_WAIT` | `auto` |');
  });
});
