import { NotificationListener, type Pool } from '../database/index.js';
import { CoalescingSignalBus, type Signal } from './signal-bus.js';

/** NOTIFY locks the whole database at commit, so a process notifies at most this often. */
const QUIET_MS = 1;
/** A payload of NOTIFY is limited to 8,000 bytes: 200 ids of 36 characters and their commas. */
const IDS_PER_NOTIFICATION = 200;

const channelOf = (signal: Signal): string => `reqrun_${signal}`;

/** Signals over LISTEN and NOTIFY, for where there is no Redis. */
export class PostgresSignalBus extends CoalescingSignalBus {
  private readonly listener: NotificationListener;

  /**
   * @param pool what NOTIFY is sent through
   * @param connectionString what LISTEN connects to, on a connection of its own
   * @param applicationName shown in pg_stat_activity
   * @param subscribes what to listen for
   */
  constructor(
    private readonly pool: Pool,
    connectionString: string,
    applicationName: string,
    subscribes: readonly Signal[],
  ) {
    super(QUIET_MS);
    const signals = new Map(subscribes.map((signal) => [channelOf(signal), signal]));
    this.listener = new NotificationListener({
      connectionString,
      applicationName,
      channels: [...signals.keys()],
      onNotification: (channel, payload) => {
        const signal = signals.get(channel);
        if (signal !== undefined) {
          this.deliver(signal, payload === '' ? [] : payload.split(','));
        }
      },
      // Notifications sent meanwhile are lost: look once.
      onConnected: () => this.deliver('due', []),
    });
  }

  get connected(): boolean {
    return this.listener.connected;
  }

  async start(): Promise<void> {
    await this.listener.start();
  }

  channelOf(signal: Signal): string {
    return channelOf(signal);
  }

  protected async send(messages: ReadonlyMap<Signal, readonly string[]>): Promise<void> {
    const channels: string[] = [];
    const payloads: string[] = [];
    for (const [signal, ids] of messages) {
      for (let from = 0; from === 0 || from < ids.length; from += IDS_PER_NOTIFICATION) {
        channels.push(channelOf(signal));
        payloads.push(ids.slice(from, from + IDS_PER_NOTIFICATION).join(','));
      }
    }
    // A signal needs no flush to disk: what it tells is committed already.
    await this.pool.query({
      name: 'signals-notify',
      text: `SELECT set_config('synchronous_commit', 'off', true), pg_notify(channel, payload)
             FROM unnest($1::text[], $2::text[]) AS message (channel, payload)`,
      values: [channels, payloads],
    });
  }

  protected async close(): Promise<void> {
    await this.listener.stop();
  }
}
