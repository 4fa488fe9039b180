/** Something that is done with each of many items, several at a time. Nothing is done until it is awaited or iterated. */
export class Many<Item, Result> implements AsyncIterable<Result>, PromiseLike<Result[]> {
  readonly #items: Iterable<Item> | AsyncIterable<Item>;
  readonly #concurrency: number;
  readonly #work: (item: Item, index: number) => Promise<Result>;
  #all: Promise<Result[]> | null = null;

  /**
   * @param items taken one by one, when there is room for another
   * @param concurrency how many are worked on at a time
   * @param work what is done with each
   */
  constructor(
    items: Iterable<Item> | AsyncIterable<Item>,
    concurrency: number,
    work: (item: Item, index: number) => Promise<Result>,
  ) {
    this.#items = items;
    this.#concurrency = concurrency;
    this.#work = work;
  }

  /** Results as they come; the next items are taken when these have been used. The first failure ends it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Result, void, undefined> {
    for await (const { result } of this.#results()) {
      yield result;
    }
  }

  /**
   * All results, in the order of the items.
   *
   * @param onFulfilled gets them
   * @param onRejected gets the first failure
   */
  then<Fulfilled = Result[], Rejected = never>(
    onFulfilled?: ((value: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#all ??= this.#collect();
    return this.#all.then(onFulfilled, onRejected);
  }

  async #collect(): Promise<Result[]> {
    const all: Result[] = [];
    for await (const { index, result } of this.#results()) {
      all[index] = result;
    }
    return all;
  }

  async *#results(): AsyncGenerator<{ index: number; result: Result }, void, undefined> {
    const items =
      Symbol.asyncIterator in this.#items
        ? this.#items[Symbol.asyncIterator]()
        : this.#items[Symbol.iterator]();
    const running = new Map<number, Promise<{ index: number; result: Result }>>();
    let taken = 0;
    let next: Promise<IteratorResult<Item, unknown>> | null = null;
    let hasMore = true;
    try {
      while (hasMore || running.size > 0) {
        if (hasMore && running.size < this.#concurrency) {
          next ??= Promise.resolve(items.next());
        }
        const settled = await Promise.race([...(next === null ? [] : [next]), ...running.values()]);
        if ('index' in settled) {
          running.delete(settled.index);
          yield settled;
          continue;
        }
        next = null;
        if (settled.done === true) {
          hasMore = false;
          continue;
        }
        const index = taken;
        taken += 1;
        const work = this.#work(settled.value, index).then((result) => ({ index, result }));
        // One that fails after another has ended everything is not waited for.
        work.catch(() => undefined);
        running.set(index, work);
      }
    } finally {
      if (hasMore) {
        void items.return?.();
      }
    }
  }
}
