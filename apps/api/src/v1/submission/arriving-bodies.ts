/** A body that is being read. */
export interface ArrivingBody {
  /**
   * Counts bytes that have come.
   *
   * @param count bytes
   */
  add(count: number): void;
  /** Forgets the body: it has come whole, or never will. */
  end(): void;
}

/** Reason for which a body is not read on. */
export type CutReason = 'no_room' | 'too_slow';

/** Bounds of the bodies that are being read. */
export interface ArrivingLimits {
  /** Bytes that may be held in all, read and waiting to be accepted. */
  bytes: number;
  /** Bytes that are held already by bodies that have come whole. */
  held(): number;
  /** Clock in milliseconds, monotonic. */
  now(): number;
}

interface Entry {
  readonly keyId: string;
  readonly since: number;
  readonly cut: (reason: CutReason) => void;
  bytes: number;
}

/** A sender has so long before its rate is looked at, in ms. */
const GRACE_MS = 10_000;
/** Least average rate of a sender behind that, in bytes per second. */
const LEAST_RATE = 16 * 1024;
/** Part of all bytes that one key may hold while more than half of them are taken. */
const SHARE = 1 / 4;

/**
 * Counts the bodies that are being read, by the bytes that have come and never by those that were
 * announced: a promise takes no memory. When there is no room left, the key that holds most gives way
 * with its slowest body, and a key that holds more than its share leaves half of the room to others.
 */
export class ArrivingBodies {
  private readonly entries = new Set<Entry>();
  private readonly perKey = new Map<string, number>();
  private total = 0;

  /** @param limits the bounds */
  constructor(private readonly limits: ArrivingLimits) {}

  /** Bytes of bodies that are being read. */
  get bytes(): number {
    return this.total;
  }

  /**
   * Tells whether a key has its share, and more than half of the room is taken.
   *
   * @param keyId the key
   */
  isOverShare(keyId: string): boolean {
    const { limits, total } = this;
    const own = this.perKey.get(keyId) ?? 0;
    return own > limits.bytes * SHARE && total + limits.held() > limits.bytes / 2;
  }

  /**
   * Begins to count a body.
   *
   * @param keyId the key that it came with
   * @param cut called once if it is not to be read on
   */
  begin(keyId: string, cut: (reason: CutReason) => void): ArrivingBody {
    const entry: Entry = { keyId, since: this.limits.now(), cut, bytes: 0 };
    this.entries.add(entry);
    return {
      add: (count) => this.add(entry, count),
      end: () => this.remove(entry),
    };
  }

  /** Cuts what comes too slowly; to be called every second or so. */
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
    // One alone is always taken, whatever its size.
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

  /** Of the bodies of a key that hold any byte the one that comes most slowly. */
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
