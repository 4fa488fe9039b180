import { connect as connectSocket } from 'node:net';

import pg from 'pg';

import { endsUse } from './errors.js';
import { type PrimaryLocator, primaryLocator } from './primary.js';
import { hostUrls } from './hosts.js';

/** Options of a client beyond those of `pg`. */
export interface DatabaseClientConfig extends pg.ClientConfig {
  /** Finds the server to connect to, where there are several. */
  readonly primary?: PrimaryLocator | undefined;
}

/** Part of PostgreSQL's error and notice messages; `routine` is the same in all languages. */
interface ServerMessage {
  readonly code?: string | undefined;
  readonly routine?: string | undefined;
}

/** Routine in which PostgreSQL waits for its synchronous standbys. */
const WAITS_FOR_STANDBYS = 'SyncRepWaitForLSN';
/** `statement_completion_unknown` */
const COMPLETION_UNKNOWN = '40003';

/** Code of a cancel request in place of the protocol's version. */
const CANCEL_REQUEST = 80_877_102;
const CANCEL_LIMIT_MS = 1_000;

/** Names of a connection at its server, for a cancel request. */
interface BackendKey {
  readonly processID?: unknown;
  readonly secretKey?: unknown;
}

/** Error of a commit that is on the primary and perhaps nowhere else. */
class UnreplicatedCommitError extends Error {
  readonly code = COMPLETION_UNKNOWN;

  constructor() {
    super('the wait for the synchronous standbys was canceled');
  }
}

/**
 * The connection options that a connection string stands for: the first of its servers, and what finds the
 * one that can be written to.
 *
 * @param connectionString names one or more servers
 */
export function serversOf(connectionString: string): {
  connectionString: string;
  primary: PrimaryLocator | undefined;
} {
  const [first = connectionString] = hostUrls(connectionString);
  return { connectionString: first, primary: primaryLocator(connectionString) };
}

/**
 * A client whose broken connection is an error for whoever has a statement on it, and for nobody
 * else. A pool listens to its idle connections only, and who borrows one may take all listeners off:
 * one that breaks meanwhile would raise an event that nobody handles, and that ends the process.
 *
 * It also connects to the server that can be written to, where there are several, and knows when its
 * server can't be used any more.
 */
export class DatabaseClient extends pg.Client {
  /** SQLSTATE that says this connection can't be used any more; null while there is none. */
  spent: string | null = null;
  private readonly primary: PrimaryLocator | undefined;

  /** @param config see `pg` */
  constructor(config: DatabaseClientConfig = {}) {
    super(config);
    this.primary = config.primary;
    const { connection } = this;
    connection.on('errorMessage', ({ code = '' }: ServerMessage) => {
      if (endsUse(code)) {
        this.spent = code;
        this.primary?.forget();
      }
    });
    connection.on('notice', ({ routine }: ServerMessage) => {
      if (routine === WAITS_FOR_STANDBYS) {
        // The server goes on to tell of success. Whoever promotes a standby now loses what was committed.
        connection.emit('errorMessage', new UnreplicatedCommitError());
      }
    });
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    return (event !== 'error' || this.listenerCount(event) > 0) && super.emit(event, ...values);
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error | null) => void): void;
  override connect(callback?: (error: Error | null) => void): Promise<this> | void {
    const connected = this.connectToPrimary();
    if (callback === undefined) {
      return connected.then(() => this);
    }
    connected.then(
      () => callback(null),
      (error: unknown) => callback(error as Error),
    );
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const { _activeQuery: running } = this as { _activeQuery?: unknown };
    if (running !== null && this.connection.stream.writable) {
      // Whoever gives up a statement does not want its locks, nor its place among the server's connections.
      this.cancelRunning();
    }
    if (callback === undefined) {
      return super.end();
    }
    super.end(callback);
  }

  /**
   * Asks the server to cancel the running statement, without waiting for it.
   * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
   */
  private cancelRunning(): void {
    const { host, port, processID, secretKey } = this as typeof this & BackendKey;
    if (typeof processID !== 'number' || typeof secretKey !== 'number') {
      return;
    }
    const message = Buffer.alloc(16);
    [message.length, CANCEL_REQUEST, processID, secretKey].forEach((value, index) =>
      message.writeInt32BE(value, index * 4),
    );
    const socket = host.startsWith('/')
      ? connectSocket(`${host}/.s.PGSQL.${port}`)
      : connectSocket(port, host);
    socket.on('error', () => undefined);
    socket.setTimeout(CANCEL_LIMIT_MS, () => socket.destroy());
    socket.unref();
    socket.end(message);
  }

  private async connectToPrimary(): Promise<void> {
    const { primary } = this;
    if (primary !== undefined) {
      Object.assign(this, await primary.locate());
    }
    try {
      await super.connect();
    } catch (error) {
      primary?.forget();
      throw error;
    }
  }
}

/**
 * A client that prepares no statements: behind a pooler in transaction mode the next statement may reach another
 * session, which does not know them.
 */
export class UnpreparedClient extends DatabaseClient {
  /** @param config see `pg` */
  constructor(config: DatabaseClientConfig = {}) {
    super(config);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    const unprepared = (statement: unknown, ...rest: unknown[]): unknown =>
      query(isNamed(statement) ? { ...statement, name: undefined } : statement, ...rest);
    Object.assign(this, { query: unprepared });
  }
}

function isNamed(statement: unknown): statement is { name: string } {
  return typeof statement === 'object' && statement !== null && 'name' in statement;
}
