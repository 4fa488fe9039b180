import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import { makeRunFolder } from '@reqrun/platform/testing';

import { StartedProduct } from './docs/started.js';
import { Client, errorOf } from './harness/client.js';
import {
  type RecordingProvider,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';

const CHECKOUT = resolve(import.meta.dirname, '../../..');

describe('a lean start', () => {
  let provider: RecordingProvider;
  let home: string;
  let product: StartedProduct;
  const client = (key: 'REQRUN_API_KEY' | 'REQRUN_TEST_API_KEY'): Client =>
    new Client(product.localEnv['REQRUN_BASE_URL'] ?? '', product.localEnv[key] ?? null);

  beforeAll(async () => {
    provider = await startRecordingProvider();
    home = await makeRunFolder('lean');
    product = await StartedProduct.start(CHECKOUT, home, {
      REQRUN_LEAN: 'true',
      OPENAI_BASE_URL: provider.baseUrl,
      OPENAI_API_KEY: 'any',
    });
  }, 240_000);
  afterAll(async () => {
    await product.stop();
    await provider.close();
    await rm(home, { recursive: true, force: true });
  }, 120_000);

  it('says that there is no dashboard, and starts none and no simulator', () => {
    const output = product.output.join('\n');
    expect(output).toContain('Starting API and worker');
    expect(output).toMatch(/Dashboard +none \(REQRUN_LEAN\)/);
  });

  it('runs live requests', async () => {
    const answer = await client('REQRUN_API_KEY').wait('m');
    expect([answer.status, answer.body.toString()]).toEqual([200, SMALL_COMPLETION]);
  });

  it('refuses what the simulator would have answered, with a code that says why', async () => {
    const answer = await client('REQRUN_TEST_API_KEY').wait('sim/ok');
    expect(errorOf(answer).code).toBe('provider_not_configured');
  });
});
