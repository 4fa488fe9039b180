import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { ConfigError } from './errors.js';
import { loadServiceConfig } from './service-config.js';

const NEEDED = { DATABASE_URL: 'postgresql://h/d', REQRUN_MASTER_KEY: '0f'.repeat(32) };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reqrun-ca-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a file with certificates', () => {
  const load = (file: string): string | undefined =>
    loadServiceConfig({ ...NEEDED, REQRUN_PROVIDER_CA_FILE: file }).REQRUN_PROVIDER_CA_FILE;

  it('is read when the process starts', async () => {
    const file = join(folder, 'ca.pem');
    const text = rootCertificates.slice(0, 2).join('\n');
    await writeFile(file, text);
    expect(load(file)).toBe(text);
  });

  it('that is none, or is not there, is an error that has nothing of it', async () => {
    const file = join(folder, 'key.pem');
    await writeFile(file, 'canary');
    const wrong = 'REQRUN_PROVIDER_CA_FILE: expected a file with certificates in PEM';
    expect(() => load(file)).toThrow(new ConfigError(wrong));
    const missing = "REQRUN_PROVIDER_CA_FILE: the file can't be read (ENOENT)";
    expect(() => load(join(folder, 'none'))).toThrow(new ConfigError(missing));
  });
});
