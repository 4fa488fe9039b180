import { type Pool, run } from '@reqrun/platform/database';

const NOTE_REFUSALS = {
  name: 'keys-refused',
  text: `UPDATE api_keys SET last_refused_at = now()
         WHERE key_hash = ANY ($1::bytea[]) AND (revoked_at IS NOT NULL OR expires_at <= now())`,
};

/** Keys that wait to be noted, at most: made-up keys must not fill the memory. */
const MOST_WAITING = 1_000;
/** Time between two statements, in ms. */
const EVERY_MS = 30_000;

/**
 * Writes down when calls with revoked or expired keys were refused. Nobody waits for it, and calls with working keys
 * never come here. The first refusal is written at once, the following ones together.
 */
export class RefusedKeys {
  private readonly waiting = new Map<string, Buffer>();
  private timer: NodeJS.Timeout | null = null;

  /**
   * @param pool the database
   * @param everyMs time between two statements, in ms
   */
  constructor(
    private readonly pool: Pool,
    private readonly everyMs = EVERY_MS,
  ) {}

  /**
   * Notes a key that was not accepted; unknown keys change nothing.
   *
   * @param digest keyed hash of the key
   */
  note(digest: Buffer): void {
    if (this.waiting.size < MOST_WAITING) {
      this.waiting.set(digest.toString('base64'), digest);
    }
    if (this.timer === null) {
      this.write();
    }
  }

  private write(): void {
    this.timer = null;
    if (this.waiting.size === 0) {
      return;
    }
    const digests = [...this.waiting.values()];
    this.waiting.clear();
    this.timer = setTimeout(() => this.write(), this.everyMs);
    // It holds up no process that stops.
    this.timer.unref();
    run(this.pool, NOTE_REFUSALS, [digests]).catch(() => undefined);
  }
}
