import type { Cluster, Redis } from 'ioredis';

import { openRedis, type RedisPlace } from '../redis/index.js';
import { CoalescingSignalBus, type Signal } from './signal-bus.js';

const channelOf = (signal: Signal): string => `{reqrun}:${signal}`;

/** A signal that can't be sent at once is worth nothing. */
const COMMAND_TIMEOUT_MS = 1_000;
const LONGEST_RECONNECT_MS = 1_000;

/** Signals over Redis pub/sub. */
export class RedisSignalBus extends CoalescingSignalBus {
  private readonly publisher: Cluster | Redis;
  private readonly subscriber: Cluster | Redis;

  /**
   * @param place where Redis is
   * @param subscribes what to listen for
   */
  constructor(
    place: RedisPlace,
    private readonly subscribes: readonly Signal[],
  ) {
    super(0);
    const shared = {
      lazyConnect: true,
      connectTimeout: 2_000,
      retryStrategy: (times: number) => Math.min(times * 100, LONGEST_RECONNECT_MS),
    };
    this.publisher = openRedis(place, {
      ...shared,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    this.subscriber = openRedis(place, { ...shared, maxRetriesPerRequest: null });
    const signals = new Map(subscribes.map((signal) => [channelOf(signal), signal]));
    this.subscriber.on('message', (channel: string, payload: string) => {
      const signal = signals.get(channel);
      if (signal !== undefined) {
        this.deliver(signal, payload === '' ? [] : payload.split(','));
      }
    });
    // Notifications sent meanwhile are lost: look once.
    this.subscriber.on('ready', () => this.deliver('due', []));
    // Without a listener ioredis prints every failed reconnection.
    this.publisher.on('error', () => undefined);
    this.subscriber.on('error', () => undefined);
  }

  get connected(): boolean {
    return this.subscriber.status === 'ready' && this.publisher.status === 'ready';
  }

  async start(): Promise<void> {
    await Promise.allSettled([this.publisher.connect(), this.subscriber.connect()]);
    // Queued while Redis is away, and repeated by ioredis after every reconnection.
    void this.subscriber.subscribe(...this.subscribes.map(channelOf)).catch(() => undefined);
  }

  protected async send(messages: ReadonlyMap<Signal, readonly string[]>): Promise<void> {
    await Promise.all(
      [...messages].map(([signal, ids]) =>
        this.publisher.publish(channelOf(signal), ids.join(',')),
      ),
    );
  }

  protected async close(): Promise<void> {
    this.publisher.disconnect();
    this.subscriber.disconnect();
    return Promise.resolve();
  }
}
