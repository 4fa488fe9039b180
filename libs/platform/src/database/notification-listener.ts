import pg from 'pg';

import { DatabaseClient, serversOf } from './client.js';

/** Parts that a listener is made with. */
export interface NotificationListenerOptions {
  connectionString: string;
  applicationName: string;
  channels: readonly string[];
  onNotification: (channel: string, payload: string) => void;
  /** Told after every (re)connection: whatever was sent in between was missed. */
  onConnected?: () => void;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/**
 * How often a silent connection is tried, in ms, and for how long. A server that vanished closes no
 * connection, and by itself TCP notices after hours.
 */
const TRY_EVERY_MS = 10_000;
const TRY_LIMIT_MS = 3_000;

/**
 * One connection that LISTENs, replaced by a new one whenever it breaks. Notifications that were
 * sent in between are lost, as LISTEN's contract has it: nothing may depend on one.
 */
export class NotificationListener {
  private client: DatabaseClient | null = null;
  private retryTimer: NodeJS.Timeout | null = null;
  private tryTimer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private stopped = false;

  /** @param options where to listen, and whom to tell */
  constructor(private readonly options: NotificationListenerOptions) {}

  /** Whether it is listening at this moment. */
  get connected(): boolean {
    return this.client !== null;
  }

  /** Begins to listen; resolves after the first try, whether or not it succeeded. */
  async start(): Promise<void> {
    await this.connect();
  }

  /** Stops listening and closes the connection. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.retryTimer !== null) {
      clearTimeout(this.retryTimer);
    }
    clearInterval(this.tryTimer);
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    // A client that failed can't be used again, and one loss raises both `error` and `end`.
    const client = new DatabaseClient({
      ...serversOf(this.options.connectionString),
      application_name: this.options.applicationName,
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
    });
    let gone = false;
    const onGone = (): void => {
      if (!gone) {
        gone = true;
        clearInterval(this.tryTimer);
        this.client = this.client === client ? null : this.client;
        client.end().catch(() => undefined);
        this.scheduleRetry();
      }
    };
    client.on('error', onGone);
    client.on('end', onGone);
    client.on('notification', ({ channel, payload }) =>
      this.options.onNotification(channel, payload ?? ''),
    );
    try {
      await client.connect();
      for (const channel of this.options.channels) {
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      }
      if (this.isStopped()) {
        onGone();
        return;
      }
      this.client = client;
      const query = { text: 'SELECT 1', query_timeout: TRY_LIMIT_MS };
      this.tryTimer = setInterval(() => void client.query(query).catch(onGone), TRY_EVERY_MS);
      this.retryMs = FIRST_RETRY_MS;
      this.options.onConnected?.();
    } catch {
      onGone();
    }
  }

  /** Asked anew after each wait: stop() may have been called meanwhile. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private scheduleRetry(): void {
    if (this.stopped) {
      return;
    }
    this.retryTimer = setTimeout(() => void this.connect(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }
}
