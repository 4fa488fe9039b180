import { Redis } from 'ioredis';

import { describeWithRedis, startTestRedis, type TestRedis } from './index.js';

describeWithRedis('startTestRedis', () => {
  let redis: TestRedis;
  let client: Redis;

  beforeEach(async () => {
    redis = await startTestRedis();
    client = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    client.on('error', () => undefined);
  });

  afterEach(async () => {
    client.disconnect();
    await redis.close();
  });

  it('forgets everything at a restart and answers on the same port', async () => {
    await client.set('key', 'value');
    await redis.restart();
    expect(await client.get('key')).toBeNull();
  });

  it('can be flushed without cutting a connection', async () => {
    await client.set('key', 'value');
    await redis.flush();
    expect(await client.get('key')).toBeNull();
  });

  it('can be frozen with its connections open, and ended even then', async () => {
    await client.set('key', 'value');
    redis.freeze();
    const answer = client.get('key');
    redis.thaw();
    expect(await answer).toBe('value');
    redis.freeze();
    await redis.stop();
    await redis.restart();
    expect(await client.ping()).toBe('PONG');
  });
});
