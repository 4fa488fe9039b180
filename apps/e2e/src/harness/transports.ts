import { describeWithRedis } from '@reqrun/platform/testing';

import { Cluster, type ClusterOptions } from './cluster.js';

/** What a suite knows of the transport that it runs on. */
export interface Transport {
  /** `postgresql` or `redis`. */
  readonly name: string;
  readonly redis: boolean;
}

/**
 * Runs one suite twice: with notifications and timers on PostgreSQL, and on Redis.
 *
 * @param name what the suite is about
 * @param define defines its tests
 */
export function describeTransports(name: string, define: (transport: Transport) => void): void {
  describe(`${name}, without Redis`, () => define({ name: 'postgresql', redis: false }));
  describeWithRedis(`${name}, with Redis`, () => define({ name: 'redis', redis: true }));
}

/**
 * Starts a cluster before a suite's first test and stops it after its last.
 *
 * @param options how many of what
 * @returns gives the cluster, within tests and hooks
 */
export function useCluster(options: ClusterOptions): () => Cluster {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await Cluster.start(options);
  }, 240_000);
  afterAll(async () => {
    await cluster?.stop();
  }, 240_000);
  return () => {
    if (cluster === undefined) {
      throw new Error('The cluster has not been started.');
    }
    return cluster;
  };
}
