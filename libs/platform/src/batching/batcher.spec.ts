import { Batcher, type BatcherOptions } from './batcher.js';

const BAD_ITEM = new Error('bad item');

interface Run {
  items: readonly number[];
  answer: () => void;
  fail: (error: unknown) => void;
}

/** A grouped call whose groups wait until the test answers them; items are doubled. */
function manual(options: Partial<BatcherOptions<number, number>> = {}) {
  const runs: Run[] = [];
  let told = (): void => undefined;
  const grouped = new Batcher<number, number>({
    maxItems: 100,
    ...options,
    run: (items) =>
      new Promise((resolve, reject) => {
        runs.push({
          items,
          answer: () => resolve(items.map((item) => item * 2)),
          fail: reject,
        });
        told();
      }),
  });
  const group = async (index: number): Promise<Run> => {
    for (;;) {
      const run = runs[index];
      if (run !== undefined) {
        return run;
      }
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
  };
  return { grouped, runs, group };
}

/** A grouped call that fails as a database does: for the whole group, because of one item. */
function withBadItems(bad: readonly number[], rest: Partial<BatcherOptions<number, number>> = {}) {
  const groups: (readonly number[])[] = [];
  const grouped = new Batcher<number, number>({
    maxItems: 100,
    isItemError: (error) => error === BAD_ITEM,
    ...rest,
    run: (items) => {
      groups.push(items);
      return items.some((item) => bad.includes(item))
        ? Promise.reject(BAD_ITEM)
        : Promise.resolve(items.map((item) => item * 2));
    },
  });
  return { grouped, groups };
}

/** As many turns of the event loop as anything scheduled could need. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise(setImmediate);
  }
}

describe('a grouped call', () => {
  it('runs at once when idle: one call is a group of its own', async () => {
    const { grouped, group } = manual();
    const result = grouped.call(1);
    const first = await group(0);
    expect(first.items).toEqual([1]);
    first.answer();
    expect(await result).toBe(2);
  });

  it('puts the calls of one turn of the event loop into one group', async () => {
    const { grouped, group } = manual();
    const results = [1, 2, 3].map((item) => grouped.call(item));
    const first = await group(0);
    expect(first.items).toEqual([1, 2, 3]);
    first.answer();
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });

  it('lets calls that come together go before this turn of the event loop is over', async () => {
    const { grouped, runs, group } = manual();
    const results = grouped.together(() => [1, 2, 3].map((item) => grouped.call(item)));
    expect(runs.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    const later = grouped.together(() => [grouped.call(4)]);
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.answer();
    (await group(1)).answer();
    expect(await Promise.all([...results, ...later])).toEqual([2, 4, 6, 8]);
  });

  it('collects what comes while a group is under way', async () => {
    const { grouped, runs, group } = manual();
    const results = [grouped.call(1)];
    const first = await group(0);
    results.push(grouped.call(2));
    await settle();
    results.push(grouped.call(3));
    await settle();
    expect(runs).toHaveLength(1);
    expect(grouped.pendingItems).toBe(2);
    first.answer();
    const second = await group(1);
    expect(second.items).toEqual([2, 3]);
    second.answer();
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });

  it('never puts more items into a group than allowed, and keeps their order', async () => {
    const { grouped, group } = manual({ maxItems: 2 });
    const results = [1, 2, 3, 4, 5].map((item) => grouped.call(item));
    for (const [index, items] of [[1, 2], [3, 4], [5]].entries()) {
      const run = await group(index);
      expect(run.items).toEqual(items);
      run.answer();
    }
    expect(await Promise.all(results)).toEqual([2, 4, 6, 8, 10]);
  });

  it('never puts more bytes into a group than allowed, save for one item that is larger alone', async () => {
    const { grouped, group } = manual({ maxBytes: 10, sizeOf: (item) => item });
    const results = [4, 6, 1, 50, 9, 2].map((item) => grouped.call(item));
    for (const [index, items] of [[4, 6], [1], [50], [9], [2]].entries()) {
      const run = await group(index);
      expect(run.items).toEqual(items);
      run.answer();
    }
    expect(await Promise.all(results)).toEqual([8, 12, 2, 100, 18, 4]);
  });

  it('sorts a group for whoever locks rows, and still answers each caller with its own result', async () => {
    const { grouped, group } = manual({ compare: (a, b) => a - b });
    const results = [3, 1, 2].map((item) => grouped.call(item));
    const first = await group(0);
    expect(first.items).toEqual([1, 2, 3]);
    first.answer();
    expect(await Promise.all(results)).toEqual([6, 2, 4]);
  });

  it('has no more groups under way than allowed, and as many when there is work', async () => {
    const { grouped, runs, group } = manual({ maxItems: 1, concurrency: 2 });
    const results = [1, 2, 3].map((item) => grouped.call(item));
    const [first, second] = [await group(0), await group(1)];
    await settle();
    expect(runs).toHaveLength(2);
    second.answer();
    (await group(2)).answer();
    first.answer();
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });

  it('may be allowed more groups while others run, and never has fewer than one', async () => {
    let allowed = 0;
    const { grouped, runs, group } = manual({ maxItems: 1, concurrency: () => allowed });
    const results = [1, 2, 3].map((item) => grouped.call(item));
    const first = await group(0);
    await settle();
    expect(runs).toHaveLength(1);
    allowed = 2;
    first.answer();
    const [second, third] = [await group(1), await group(2)];
    third.answer();
    second.answer();
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });
});

describe('a group that fails', () => {
  it("fails all its callers when it is nobody's fault", async () => {
    const { grouped, group } = manual({ isItemError: () => false });
    const results = Promise.allSettled([grouped.call(1), grouped.call(2)]);
    (await group(0)).fail('gone');
    expect(await results).toEqual([
      { status: 'rejected', reason: 'gone' },
      { status: 'rejected', reason: 'gone' },
    ]);
  });

  it('fails the bad item alone, and its neighbours get their results', async () => {
    const { grouped, groups } = withBadItems([3]);
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => grouped.call(item)));
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed')),
    ).toEqual([2, 4, 'failed', 8, 10]);
    expect(groups[0]).toEqual([1, 2, 3, 4, 5]);
  });

  it('fails every bad item and no other', async () => {
    const { grouped } = withBadItems([1, 4, 5]);
    const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((item) => grouped.call(item)));
    expect(results.map(({ status }) => status === 'rejected')).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('is not split for an item that is alone in it: that would never end', async () => {
    const { grouped, groups } = withBadItems([1]);
    await expect(grouped.call(1)).rejects.toBe(BAD_ITEM);
    expect(groups).toEqual([[1]]);
  });

  it('is sent again as it was when the error passes by itself', async () => {
    const { grouped, group } = manual({ isTransient: (error) => error === 'deadlock' });
    const results = [1, 2].map((item) => grouped.call(item));
    (await group(0)).fail('deadlock');
    const again = await group(1);
    expect(again.items).toEqual([1, 2]);
    again.answer();
    expect(await Promise.all(results)).toEqual([2, 4]);
  });

  it('is sent five times at most', async () => {
    let runs = 0;
    const grouped = new Batcher<number, number>({
      maxItems: 10,
      isTransient: () => true,
      run: () => {
        runs += 1;
        return Promise.reject(new Error('deadlock'));
      },
    });
    await expect(grouped.call(1)).rejects.toThrow('deadlock');
    expect(runs).toBe(5);
  });

  it('fails its callers when what runs it throws instead of rejecting', async () => {
    const grouped = new Batcher<number, number>({
      maxItems: 10,
      run: () => {
        throw new Error('thrown');
      },
    });
    await expect(grouped.call(1)).rejects.toThrow('thrown');
    await grouped.idle();
  });

  it('fails its callers when an answer does not have one result for each item', async () => {
    const grouped = new Batcher<number, number>({
      maxItems: 10,
      run: () => Promise.resolve([1]),
    });
    const results = await Promise.allSettled([grouped.call(1), grouped.call(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('does not stop the groups behind it', async () => {
    const { grouped, group } = manual({ maxItems: 1 });
    const failed = grouped.call(1);
    const later = grouped.call(2);
    (await group(0)).fail(new Error('gone'));
    await expect(failed).rejects.toThrow('gone');
    (await group(1)).answer();
    expect(await later).toBe(4);
  });
});

describe('the bytes that a grouped call holds', () => {
  it('count what waits and what is under way, and are zero after success', async () => {
    const { grouped, group } = manual({ sizeOf: (item) => item, maxBytes: 5 });
    const results = [5, 3].map((item) => grouped.call(item));
    expect(grouped.pendingBytes).toBe(8);
    (await group(0)).answer();
    await results[0];
    (await group(1)).answer();
    await grouped.idle();
    expect(grouped.pendingBytes).toBe(0);
  });

  it('are zero after failure and after a split', async () => {
    const { grouped } = withBadItems([2], { sizeOf: (item) => item });
    await Promise.allSettled([1, 2, 3].map((item) => grouped.call(item)));
    await grouped.idle();
    expect(grouped.pendingBytes).toBe(0);
  });
});

describe('waiting until a grouped call is idle', () => {
  it('ends at once when nothing was called', async () => {
    await expect(manual().grouped.idle()).resolves.toBeUndefined();
  });

  it('ends when the last group has been answered, what came meanwhile included', async () => {
    const { grouped, group } = manual();
    const order: string[] = [];
    void grouped.call(1).then(() => order.push('first'));
    const idle = grouped.idle().then(() => order.push('idle'));
    const first = await group(0);
    void grouped.call(2).then(() => order.push('second'));
    first.answer();
    (await group(1)).answer();
    await idle;
    expect(order).toEqual(['first', 'second', 'idle']);
  });
});
