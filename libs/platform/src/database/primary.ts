import pg from 'pg';

import { hostUrls, needsPrimary } from './hosts.js';

/** Server that a connection is made to. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Answer of a server that can be written to. */
interface Writable {
  readonly url: string;
  /** Rises with each promotion: of two servers that both say they are the primary, the higher one is. */
  readonly timeline: number;
}

/** How long one server may take to answer, in ms: less than a pool waits for its connection. */
const ANSWER_LIMIT_MS = 2_000;
/** How long the others may still answer after the first that can be written to, in ms. */
const OTHERS_LIMIT_MS = 300;
/** How long an answer holds for further connections, in ms. */
const REMEMBERED_MS = 1_000;

const STATE = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS closed`;
/** The first eight digits of a segment's name are its timeline. */
const TIMELINE = `SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline`;

/** Thrown when none of the servers can be written to. Its code is that of a server that is not ready yet. */
export class NoPrimaryError extends Error {
  override name = 'NoPrimaryError';
  /** `cannot_connect_now` */
  readonly code = '57P03';

  constructor() {
    super('none of the servers of the connection string can be written to');
  }
}

/**
 * Finds the server that can be written to among those of a connection string, as libpq's
 * `target_session_attrs=read-write` does. node-postgres has nothing of the kind.
 *
 * A former primary that comes back takes writes again until somebody stops it, and what it takes is lost. So
 * all servers are asked, the highest timeline wins, and none that is lower than one seen before is used.
 */
export class PrimaryLocator {
  private readonly urls: readonly string[];
  private found: { readonly address: ServerAddress; readonly at: number } | null = null;
  private looking: Promise<Writable> | null = null;
  private highestTimeline = 0;

  /** @param connectionString names one or more servers */
  constructor(connectionString: string) {
    this.urls = hostUrls(connectionString);
  }

  /** Forgets the answer: the server is gone or can't be written to any more. */
  forget(): void {
    this.found = null;
  }

  /**
   * Finds the server. Everybody who asks at the same time gets the same answer.
   *
   * @throws NoPrimaryError
   */
  async locate(): Promise<ServerAddress> {
    if (this.found !== null && performance.now() - this.found.at < REMEMBERED_MS) {
      return this.found.address;
    }
    const { url } = await this.look();
    const address = addressOf(url);
    this.found = { address, at: performance.now() };
    return address;
  }

  /**
   * Finds the server and returns its connection string.
   *
   * @throws NoPrimaryError
   */
  async locateUrl(): Promise<string> {
    return (await this.look()).url;
  }

  private look(): Promise<Writable> {
    this.looking ??= this.askAll().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async askAll(): Promise<Writable> {
    const answers: Writable[] = [];
    const asked = this.urls.map(async (url) => {
      const answer = await ask(url).catch(() => null);
      if (answer === null) {
        throw new NoPrimaryError();
      }
      answers.push(answer);
    });
    const all = Promise.allSettled(asked);
    await Promise.any(asked).catch(() => undefined);
    if (answers.length > 0) {
      await within(OTHERS_LIMIT_MS, all);
    }
    const best = this.urls
      .flatMap((url) => answers.filter((answer) => answer.url === url))
      .filter(({ timeline }) => timeline >= this.highestTimeline)
      .reduce<Writable | null>((a, b) => (a === null || b.timeline > a.timeline ? b : a), null);
    if (best === null) {
      throw new NoPrimaryError();
    }
    this.highestTimeline = best.timeline;
    return best;
  }
}

const locators = new Map<string, PrimaryLocator>();

/**
 * The locator of a connection string; all connections of a process share it, and what it has seen.
 *
 * @param connectionString names one or more servers
 * @returns undefined when there is one server, which is taken for what it is
 */
export function primaryLocator(connectionString: string): PrimaryLocator | undefined {
  if (!needsPrimary(connectionString)) {
    return undefined;
  }
  const locator = locators.get(connectionString) ?? new PrimaryLocator(connectionString);
  locators.set(connectionString, locator);
  return locator;
}

/**
 * The connection string of the one server that can be written to, for whoever works on one server from
 * beginning to end, such as a migration.
 *
 * @param connectionString names one or more servers
 * @throws NoPrimaryError
 */
export async function primaryUrl(connectionString: string): Promise<string> {
  return (await primaryLocator(connectionString)?.locateUrl()) ?? connectionString;
}

async function ask(url: string): Promise<Writable | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'reqrun-locator',
    connectionTimeoutMillis: ANSWER_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
  });
  // A client without a listener ends the process when its connection is lost.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ closed: boolean }>(STATE);
    return rows[0]?.closed === false ? { url, timeline: await timelineOf(client) } : null;
  } finally {
    // A server that does not answer does not answer this either.
    client.end().catch(() => undefined);
  }
}

/** Not every managed server tells it; then all are alike, and the first one is used. */
async function timelineOf(client: pg.Client): Promise<number> {
  return client.query<{ timeline: string }>(TIMELINE).then(
    ({ rows }) => Number.parseInt(rows[0]?.timeline ?? '0', 16),
    () => 0,
  );
}

/** Host and port as node-postgres takes them from a connection string. */
function addressOf(url: string): ServerAddress {
  const { host, port } = new pg.Client({ connectionString: url });
  return { host, port };
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
