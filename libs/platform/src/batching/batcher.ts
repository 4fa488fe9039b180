/** How calls are grouped. */
export interface BatcherOptions<I, O> {
  /**
   * Runs a group, answering one result per item, in the items' order.
   */
  run: (items: readonly I[]) => Promise<readonly O[]>;
  /** Items in a group at most. */
  maxItems: number;
  /** Bytes in a group at most; one item alone may be larger. */
  maxBytes?: number;
  /** How many bytes an item brings. */
  sizeOf?: (item: I) => number;
  /** Groups under way at once, as it is or as it stands just now; at least one, which is the default. */
  concurrency?: number | (() => number);
  /** Sorts items within a group: every group that locks rows locks them in this order. */
  compare?: (a: I, b: I) => number;
  /** Whether an error is about the items: then the group is split, and only the bad one fails. */
  isItemError?: (error: unknown) => boolean;
  /** Whether a group that failed may be sent again as it was (a deadlock, say). */
  isTransient?: (error: unknown) => boolean;
}

interface Pending<I, O> {
  item: I;
  bytes: number;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

const TRANSIENT_TRIES = 5;

/**
 * Makes one statement of the calls that wait at the moment. No timer: an idle group runs at once,
 * and while one is under way the next collects, so that grouping costs an idle system nothing and
 * a busy one shares its commits.
 */
export class Batcher<I, O> {
  private waiting: Pending<I, O>[] = [];
  private running = 0;
  private bytesHeld = 0;
  private scheduled = false;
  private idleListeners: (() => void)[] = [];

  /** @param options what runs a group, and its limits */
  constructor(private readonly options: BatcherOptions<I, O>) {}

  /** Bytes of all items that have not been answered yet. */
  get pendingBytes(): number {
    return this.bytesHeld;
  }

  /** Items that are not in a group yet. */
  get pendingItems(): number {
    return this.waiting.length;
  }

  /**
   * Adds an item to the next group.
   *
   * @param item what to run
   * @returns the item's own result
   * @throws what the group failed with, if it was not another item's fault
   */
  call(item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      const bytes = this.options.sizeOf?.(item) ?? 0;
      this.bytesHeld += bytes;
      this.waiting.push({ item, bytes, resolve, reject });
      this.schedule();
    });
  }

  /**
   * Lets items that have come together go at once, where a group may go: what belongs to it is there,
   * and whatever else this turn of the event loop brings would only hold it up.
   *
   * @param calls makes the calls before it returns
   * @returns what `calls` returns
   */
  together<T>(calls: () => T): T {
    const made = calls();
    this.flush();
    return made;
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    if (this.running === 0 && this.waiting.length === 0) {
      return;
    }
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  private get concurrency(): number {
    const { concurrency = 1 } = this.options;
    return Math.max(1, typeof concurrency === 'number' ? concurrency : concurrency());
  }

  /** Calls made in the same turn of the event loop belong together. */
  private schedule(): void {
    if (!this.scheduled && this.running < this.concurrency) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.flush();
      });
    }
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.running < this.concurrency) {
      const group = this.takeGroup();
      this.running += 1;
      void this.runGroup(group).finally(() => {
        this.running -= 1;
        for (const pending of group) {
          this.bytesHeld -= pending.bytes;
        }
        if (this.waiting.length > 0) {
          this.schedule();
        } else if (this.running === 0) {
          this.idleListeners.splice(0).forEach((listener) => listener());
        }
      });
    }
  }

  private takeGroup(): Pending<I, O>[] {
    const maxBytes = this.options.maxBytes ?? Infinity;
    let bytes = 0;
    let count = 0;
    for (const { bytes: itemBytes } of this.waiting) {
      if (count > 0 && (count >= this.options.maxItems || bytes + itemBytes > maxBytes)) {
        break;
      }
      bytes += itemBytes;
      count += 1;
    }
    const group = this.waiting.splice(0, count);
    const compare = this.options.compare;
    return compare ? group.sort((a, b) => compare(a.item, b.item)) : group;
  }

  private async runGroup(group: Pending<I, O>[]): Promise<void> {
    try {
      const outputs = await this.runWithRetries(group.map(({ item }) => item));
      group.forEach((pending, index) => {
        pending.resolve(outputs[index] as O);
      });
    } catch (error) {
      if (group.length > 1 && this.options.isItemError?.(error)) {
        const middle = group.length >> 1;
        await this.runGroup(group.slice(0, middle));
        await this.runGroup(group.slice(middle));
      } else {
        for (const pending of group) {
          pending.reject(error);
        }
      }
    }
  }

  private async runWithRetries(items: readonly I[]): Promise<readonly O[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outputs = await this.options.run(items);
        if (outputs.length !== items.length) {
          throw new Error('a group was not answered with one result per item');
        }
        return outputs;
      } catch (error) {
        if (attempt >= TRANSIENT_TRIES || !this.options.isTransient?.(error)) {
          throw error;
        }
      }
    }
  }
}
