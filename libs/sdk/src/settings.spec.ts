import { ReqRunError } from './errors.js';
import { ReqRun } from './reqrun.js';
import { randomId, readEnvironment } from './runtime.js';
import { type ClientOptions, readOptions } from './settings.js';

const GOOD = { apiKey: 'reqrun_test_1', baseURL: 'https://reqrun.example.com' };

describe('the options of a client', () => {
  const saved = { ...process.env };
  afterEach(() => {
    process.env = { ...saved };
  });

  it('come from the environment where they are left out', () => {
    process.env['REQRUN_API_KEY'] = ' reqrun_test_env\n';
    process.env['REQRUN_BASE_URL'] = 'http://127.0.0.1:4000/v1';
    expect(readOptions({})).toMatchObject({
      apiKey: 'reqrun_test_env',
      baseURL: 'http://127.0.0.1:4000',
      timeout: 600_000,
      maxRetries: 2,
    });
    expect(readOptions(GOOD)).toMatchObject(GOOD);
  });

  it.each([
    ['apiKey is missing', { ...GOOD, apiKey: undefined }],
    ['apiKey is missing', { ...GOOD, apiKey: ' ' }],
    ['baseURL is missing', { ...GOOD, baseURL: undefined }],
    ['baseURL must be', { ...GOOD, baseURL: 'reqrun.example.com' }],
    ['baseURL must be', { ...GOOD, baseURL: 'ftp://reqrun.example.com' }],
    ['baseURL must be', { ...GOOD, baseURL: 'https:///v1' }],
    ['baseURL must be', { ...GOOD, baseURL: 'https://reqrun.example.com/v1?a=1' }],
    ['timeout must be', { ...GOOD, timeout: 0 }],
    ['timeout must be', { ...GOOD, timeout: Number.NaN }],
    ['maxRetries must be', { ...GOOD, maxRetries: -1 }],
  ] as [string, ClientOptions][])('are refused by name: %s', (message, options) => {
    delete process.env['REQRUN_API_KEY'];
    delete process.env['REQRUN_BASE_URL'];
    expect(() => new ReqRun(options)).toThrow(ReqRunError);
    expect(() => new ReqRun(options)).toThrow(message);
  });

  it('never repeat a key that is no key', () => {
    const apiKey = 'secret\nx-injected: 1';
    expect(() => new ReqRun({ ...GOOD, apiKey })).toThrow(/^apiKey holds characters/);
    expect(() => new ReqRun({ ...GOOD, apiKey })).not.toThrow('secret');
  });
});

describe('a platform', () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
  const originalProcess = Object.getOwnPropertyDescriptor(globalThis, 'process')!;
  const originalFetch = globalThis.fetch;
  afterEach(() => {
    Object.defineProperty(globalThis, 'crypto', original);
    Object.defineProperty(globalThis, 'process', originalProcess);
    globalThis.fetch = originalFetch;
  });

  it('without crypto, as Node 18 is, still tells calls apart', () => {
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
    const ids = new Set(Array.from({ length: 1_000 }, () => randomId()));
    expect(ids.size).toBe(1_000);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('without an environment, or one that may not be read, has no variables', () => {
    Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true });
    expect(readEnvironment('PATH')).toBeUndefined();
    Object.defineProperty(globalThis, 'process', {
      value: {
        get env(): never {
          throw new Error('NotCapable');
        },
      },
      configurable: true,
    });
    expect(readEnvironment('PATH')).toBeUndefined();
  });

  it('without fetch needs one as an option', () => {
    globalThis.fetch = undefined as unknown as typeof fetch;
    expect(() => new ReqRun(GOOD)).toThrow('no global fetch');
    expect(new ReqRun({ ...GOOD, fetch: originalFetch })).toBeInstanceOf(ReqRun);
  });
});
