import { entriesOf, redisPlace } from './redis-place.js';

const settings = (more: object = {}) => ({
  REDIS_URL: 'redis://:secret@cache:6380/3',
  REQRUN_REDIS_SENTINELS: [] as string[],
  REQRUN_REDIS_CLUSTER_NODES: [] as string[],
  ...more,
});

describe('the place of a Redis', () => {
  it('is one server where only an address is given', () => {
    expect(redisPlace(settings())).toEqual({ url: 'redis://:secret@cache:6380/3' });
    expect(entriesOf({ url: 'redis://[::1]' })).toEqual([{ host: '::1', port: 6379 }]);
  });

  it('is none without an address', () => {
    expect(redisPlace(settings({ REDIS_URL: undefined }))).toBeUndefined();
  });

  it('is entered through its Sentinels, on their own port by default', () => {
    const place = redisPlace(
      settings({ REDIS_URL: 'redis://own-master', REQRUN_REDIS_SENTINELS: ['a', '[::1]:5'] }),
    );
    expect(place === undefined ? [] : entriesOf(place)).toEqual([
      { host: 'a', port: 26_379 },
      { host: '::1', port: 5 },
    ]);
  });

  it('is entered through the node of the address and those that are named besides', () => {
    const place = redisPlace(
      settings({ REDIS_URL: 'rediss://a:1', REQRUN_REDIS_CLUSTER_NODES: ['b:2', 'c'] }),
    );
    expect(place === undefined ? [] : entriesOf(place)).toEqual([
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
      { host: 'c', port: 6379 },
    ]);
  });

  it.each([
    [{ REDIS_URL: undefined, REQRUN_REDIS_SENTINELS: ['a'] }, /SENTINELS needs REDIS_URL/],
    [{ REDIS_URL: undefined, REQRUN_REDIS_CLUSTER_NODES: ['a'] }, /NODES needs REDIS_URL/],
    [{ REQRUN_REDIS_SENTINELS: ['a'], REQRUN_REDIS_CLUSTER_NODES: ['a'] }, /both set/],
    [{ REQRUN_REDIS_CLUSTER_NODES: ['a'] }, /a Cluster has none but 0/],
  ])('is refused where settings contradict each other: %j', (more, message) => {
    expect(() => redisPlace(settings(more))).toThrow(message);
  });
});
