import { type ConnectionOptions, rootCertificates } from 'node:tls';

import { Cluster, Redis } from 'ioredis';

import { databaseOf, entriesOf, type HostPort, type RedisPlace } from './redis-place.js';

/** Behavior of a connection, the same for every kind of place. */
export interface ConnectionBehavior {
  /** Number of times that a command is repeated on a new connection; null means for ever. */
  readonly maxRetriesPerRequest: number | null;
  /** Wait before the n-th attempt to connect again, in ms. */
  readonly retryStrategy: (times: number) => number;
  /** Longest wait for an answer, in ms. */
  readonly commandTimeout?: number;
  /** Longest wait for a connection, in ms. */
  readonly connectTimeout?: number;
  /** False refuses commands while there is no connection. */
  readonly enableOfflineQueue?: boolean;
  /** True connects when that is asked for. */
  readonly lazyConnect?: boolean;
}

/** User, password and encryption. */
interface Credentials {
  username?: string;
  password?: string;
  tls?: ConnectionOptions;
}

/** Options of a connection to one server, or to the master that Sentinels name. */
export interface ServerOptions extends ConnectionBehavior, Credentials {
  readonly db: number;
  readonly host?: string;
  readonly port?: number;
  readonly sentinels?: HostPort[];
  /** Name of the master at the Sentinels. */
  readonly name?: string;
  readonly sentinelRetryStrategy?: (times: number) => number;
  readonly sentinelPassword?: string;
  readonly enableTLSForSentinelMode?: boolean;
  readonly sentinelTLS?: ConnectionOptions;
}

/** Time in which a node of a Cluster must tell which slots it has, in ms. */
const SLOTS_TIMEOUT_MS = 2_000;

/**
 * Opens a connection. Give it a listener for `error`: without one ioredis prints every failed reconnection.
 *
 * @param place where Redis is
 * @param behavior of the connection
 */
export function openRedis(place: RedisPlace, behavior: ConnectionBehavior): Cluster | Redis {
  return place.clusterNodes === undefined
    ? new Redis(redisOptions(place, behavior))
    : new Cluster([...entriesOf(place)], clusterOptions(place, behavior));
}

/**
 * Options of a connection to one server, or to the master that Sentinels name.
 *
 * @param place where Redis is; not a Cluster
 * @param behavior of the connection
 */
export function redisOptions(place: RedisPlace, behavior: ConnectionBehavior): ServerOptions {
  const { sentinels, sentinelPassword } = place;
  const shared = { ...behavior, ...credentialsOf(place), db: databaseOf(place.url) };
  if (sentinels === undefined) {
    return { ...shared, ...entriesOf(place)[0] };
  }
  const tls = tlsOf(place);
  return {
    ...shared,
    sentinels: [...sentinels],
    name: decodeURIComponent(new URL(place.url).hostname),
    // A failover takes seconds; until then the old master may still be named.
    sentinelRetryStrategy: behavior.retryStrategy,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls !== undefined && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  };
}

function clusterOptions(place: RedisPlace, behavior: ConnectionBehavior) {
  const { retryStrategy, maxRetriesPerRequest, commandTimeout, connectTimeout, ...queue } =
    behavior;
  return {
    ...queue,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: SLOTS_TIMEOUT_MS,
    redisOptions: {
      ...credentialsOf(place),
      maxRetriesPerRequest,
      ...(commandTimeout !== undefined && { commandTimeout }),
      ...(connectTimeout !== undefined && { connectTimeout }),
    },
  };
}

function credentialsOf(place: RedisPlace): Credentials {
  const { username, password } = new URL(place.url);
  const tls = tlsOf(place);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(tls !== undefined && { tls }),
  };
}

function tlsOf({ url, ca }: RedisPlace): ConnectionOptions | undefined {
  if (new URL(url).protocol !== 'rediss:') {
    return undefined;
  }
  return ca === undefined ? {} : { ca: [...rootCertificates, ca] };
}
