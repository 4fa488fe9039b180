import { ConfigError } from '../config/errors.js';

/** Address of a machine. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The Redis of an installation: one server, a master that Sentinels name, or a Cluster. */
export interface RedisPlace {
  /** `redis://` or `rediss://`, with user, password and number of the database. */
  readonly url: string;
  /** Sentinels that know the master. The host in `url` is then its name. */
  readonly sentinels?: readonly HostPort[];
  /** Password of the Sentinels, where they ask for one. */
  readonly sentinelPassword?: string | undefined;
  /** Nodes that a Cluster is entered through. The host in `url` then counts as one of them. */
  readonly clusterNodes?: readonly HostPort[];
  /** PEM with certificates that are trusted besides those of Node.js; for `rediss://`. */
  readonly ca?: string | undefined;
}

/** Settings of which a place is made. */
interface RedisSettings {
  readonly REDIS_URL?: string | undefined;
  readonly REQRUN_REDIS_SENTINELS: readonly string[];
  readonly REQRUN_REDIS_SENTINEL_PASSWORD?: string | undefined;
  readonly REQRUN_REDIS_CLUSTER_NODES: readonly string[];
  readonly REQRUN_REDIS_CA_FILE?: string | undefined;
}

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/**
 * Makes the place of the settings.
 *
 * @param settings those whose names begin with `REDIS` and `REQRUN_REDIS`
 * @returns undefined where there is no Redis
 * @throws ConfigError naming the setting that contradicts another one
 */
export function redisPlace(settings: RedisSettings): RedisPlace | undefined {
  const { REDIS_URL: url } = settings;
  const sentinels = settings.REQRUN_REDIS_SENTINELS.map((text) => hostPort(text, SENTINEL_PORT));
  const clusterNodes = settings.REQRUN_REDIS_CLUSTER_NODES.map((text) =>
    hostPort(text, REDIS_PORT),
  );
  const isCluster = clusterNodes.length > 0;
  if (url === undefined) {
    if (sentinels.length > 0 || isCluster) {
      throw new ConfigError(
        `${isCluster ? 'REQRUN_REDIS_CLUSTER_NODES' : 'REQRUN_REDIS_SENTINELS'} needs REDIS_URL, which has the user, the password and the kind of connection`,
      );
    }
    return undefined;
  }
  if (sentinels.length > 0 && isCluster) {
    throw new ConfigError(
      'REQRUN_REDIS_SENTINELS and REQRUN_REDIS_CLUSTER_NODES are both set: a Cluster needs no Sentinels',
    );
  }
  if (isCluster && databaseOf(url) > 0) {
    throw new ConfigError('REDIS_URL names a database, and a Cluster has none but 0');
  }
  return {
    url,
    ...(sentinels.length > 0 && {
      sentinels,
      sentinelPassword: settings.REQRUN_REDIS_SENTINEL_PASSWORD,
    }),
    ...(isCluster && { clusterNodes }),
    ca: settings.REQRUN_REDIS_CA_FILE,
  };
}

/**
 * Addresses that a Redis is entered through. One that answers is enough.
 *
 * @param place the Redis
 */
export function entriesOf(place: RedisPlace): readonly HostPort[] {
  if (place.sentinels !== undefined) {
    return place.sentinels;
  }
  const { hostname, port } = new URL(place.url);
  const own = { host: bare(hostname) || '127.0.0.1', port: Number(port || REDIS_PORT) };
  return [own, ...(place.clusterNodes ?? [])];
}

/**
 * Number of the database in an address; 0 by default.
 *
 * @param url `redis://…/3`
 */
export function databaseOf(url: string): number {
  const name = new URL(url).pathname.slice(1);
  return /^\d+$/.test(name) ? Number(name) : 0;
}

/** Reads `host`, `host:port` or `[address]:port`. */
function hostPort(text: string, defaultPort: number): HostPort {
  const { hostname, port } = new URL(`redis://${text}`);
  return { host: bare(hostname), port: Number(port || defaultPort) };
}

/** Removes the brackets of an IPv6 address. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
