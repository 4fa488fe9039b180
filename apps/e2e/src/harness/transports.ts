import { describeWithRedis } from '@reqrun/platform/testing';

import { Cluster, type ClusterOptions } from './cluster.js';

/** Transport of a suite. */
export interface Transport {
  /** Name: `postgresql` or `redis`. */
  readonly name: string;
  readonly redis: boolean;
}

/**
 * Defines one suite twice: with notifications and timers on PostgreSQL, and on Redis.
 *
 * @param name subject of the suite
 * @param define defines its tests
 */
export function describeTransports(name: string, define: (transport: Transport) => void): void {
  describe(`${name}, without Redis`, () => define({ name: 'postgresql', redis: false }));
  describeWithRedis(`${name}, with Redis`, () => define({ name: 'redis', redis: true }));
}

/**
 * Starts a cluster before a suite's first test and stops it after its last.
 *
 * @param options numbers of processes and their settings
 * @returns a function that returns the cluster, within tests and hooks
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
