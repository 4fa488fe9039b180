/** A body that is being read. */
export interface ArrivingBody {
  /**
   * Counts bytes that have arrived.
   *
   * @param count number of bytes
   */
  add(count: number): void;
  /** Removes the body: it has arrived completely, or never will. */
  end(): void;
}

/** Reason for which a body is cut off. */
export type CutReason = 'no_room' | 'too_slow';

/** Bounds of the bodies that are being read. */
export interface ArrivingLimits {
  /** Largest sum of bodies that are being read or wait to be accepted, in bytes. */
  bytes: number;
  /** Returns the sum of complete bodies that wait to be accepted, in bytes. */
  held(): number;
  /** Returns the time of a monotonic clock, in ms. */
  now(): number;
}

interface Entry {
  readonly keyId: string;
  readonly since: number;
  readonly cut: (reason: CutReason) => void;
  bytes: number;
}

/** Time before the rate of a sender is checked, in ms. */
const GRACE_MS = 10_000;
/** Lowest average rate of a sender after that time, in bytes per second. */
const LEAST_RATE = 16 * 1024;
/** Fraction of all bytes that one key may hold while more than half of them are taken. */
const SHARE = 1 / 4;

/**
 * Counts the bodies that are being read, by the bytes that have arrived and never by those announced, which
 * take no memory. When there is no room left, the slowest body of the key that holds most is cut off. A key
 * that holds more than its share leaves half of the room to others.
 */
export class ArrivingBodies {
  private readonly entries = new Set<Entry>();
  private readonly perKey = new Map<string, number>();
  private total = 0;

  /** @param limits the bounds */
  constructor(private readonly limits: ArrivingLimits) {}

  /** Sum of the bodies that are being read, in bytes. */
  get bytes(): number {
    return this.total;
  }

  /**
   * Returns whether a key holds more than its share while more than half of the room is taken.
   *
   * @param keyId UUID of the API key
   */
  isOverShare(keyId: string): boolean {
    const { limits, total } = this;
    const own = this.perKey.get(keyId) ?? 0;
    return own > limits.bytes * SHARE && total + limits.held() > limits.bytes / 2;
  }

  /**
   * Starts counting a body.
   *
   * @param keyId UUID of the API key of its call
   * @param cut called once if the body is cut off
   */
  begin(keyId: string, cut: (reason: CutReason) => void): ArrivingBody {
    const entry: Entry = { keyId, since: this.limits.now(), cut, bytes: 0 };
    this.entries.add(entry);
    return {
      add: (count) => this.add(entry, count),
      end: () => this.remove(entry),
    };
  }

  /** Cuts off bodies that arrive too slowly; to be called about every second. */
  cutSlow(): void {
    const now = this.limits.now();
    for (const entry of this.entries) {
      const age = now - entry.since;
      if (age > GRACE_MS && entry.bytes < (LEAST_RATE * age) / 1_000) {
        this.cut(entry, 'too_slow');
      }
    }
  }

  private add(entry: Entry, count: number): void {
    if (!this.entries.has(entry)) {
      return;
    }
    entry.bytes += count;
    this.total += count;
    this.perKey.set(entry.keyId, (this.perKey.get(entry.keyId) ?? 0) + count);
    if (this.isOverShare(entry.keyId) && this.entries.size > 1) {
      this.cut(this.slowestOf(entry.keyId) ?? entry, 'no_room');
    }
    // A body alone is always accepted, whatever its size.
    while (this.total + this.limits.held() > this.limits.bytes && this.entries.size > 1) {
      const victim = this.slowestOf(this.largestKey());
      if (victim === null) {
        return;
      }
      this.cut(victim, 'no_room');
    }
  }

  private cut(entry: Entry, reason: CutReason): void {
    this.remove(entry);
    entry.cut(reason);
  }

  private remove(entry: Entry): void {
    if (!this.entries.delete(entry)) {
      return;
    }
    this.total -= entry.bytes;
    const left = (this.perKey.get(entry.keyId) ?? 0) - entry.bytes;
    if (left > 0) {
      this.perKey.set(entry.keyId, left);
    } else {
      this.perKey.delete(entry.keyId);
    }
  }

  private largestKey(): string {
    let largest = '';
    let most = -1;
    for (const [keyId, bytes] of this.perKey) {
      if (bytes > most) {
        most = bytes;
        largest = keyId;
      }
    }
    return largest;
  }

  /** Returns the slowest of a key's bodies that have any bytes. */
  private slowestOf(keyId: string): Entry | null {
    const now = this.limits.now();
    let slowest: Entry | null = null;
    let least = Infinity;
    for (const entry of this.entries) {
      const rate = entry.bytes / Math.max(1, now - entry.since);
      if (entry.keyId === keyId && entry.bytes > 0 && rate < least) {
        least = rate;
        slowest = entry;
      }
    }
    return slowest;
  }
}
