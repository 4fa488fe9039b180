import { Many } from './many.js';

/** Promises that are settled by their index. */
class Works {
  readonly begun: number[] = [];
  readonly #settle: ((failure?: Error) => void)[] = [];

  readonly work = (item: string, index: number): Promise<string> => {
    this.begun.push(index);
    return new Promise((resolve, reject) => {
      this.#settle[index] = (failure) =>
        failure === undefined ? resolve(item.toUpperCase()) : reject(failure);
    });
  };

  settle(index: number, failure?: Error): void {
    this.#settle[index]?.(failure);
  }
}

/** Lets everything go on that can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('many things', () => {
  it('are not begun before somebody wants them, and are never more at a time than is allowed', async () => {
    const works = new Works();
    const many = new Many(['a', 'b', 'c', 'd'], 2, works.work);
    await turn();
    expect(works.begun).toEqual([]);
    const all = Promise.resolve(many);
    await turn();
    expect(works.begun).toEqual([0, 1]);
    works.settle(1);
    await turn();
    expect(works.begun).toEqual([0, 1, 2]);
    works.settle(2);
    works.settle(0);
    await turn();
    works.settle(3);
    expect(await all).toEqual(['A', 'B', 'C', 'D']);
    // Awaited twice, they are done once.
    expect(await many).toEqual(['A', 'B', 'C', 'D']);
    expect(works.begun).toEqual([0, 1, 2, 3]);
  });

  it('are seen as they end, and no item is taken while nobody looks at them', async () => {
    const works = new Works();
    const results = new Many(['a', 'b', 'c'], 2, works.work)[Symbol.asyncIterator]();
    const first = results.next();
    await turn();
    works.settle(1);
    expect(await first).toEqual({ done: false, value: 'B' });
    await turn();
    expect(works.begun).toEqual([0, 1]);
    const second = results.next();
    works.settle(0);
    expect(await second).toEqual({ done: false, value: 'A' });
    const third = results.next();
    await turn();
    works.settle(2);
    expect(await third).toEqual({ done: false, value: 'C' });
    expect((await results.next()).done).toBe(true);
  });

  it('show what has ended while the next item is not there yet', async () => {
    const works = new Works();
    let give: () => void = () => undefined;
    const items = async function* (): AsyncGenerator<string> {
      yield 'a';
      await new Promise<void>((resolve) => (give = resolve));
      yield 'b';
    };
    const results = new Many(items(), 5, works.work)[Symbol.asyncIterator]();
    const first = results.next();
    await turn();
    works.settle(0);
    expect((await first).value).toBe('A');
    const second = results.next();
    give();
    await turn();
    works.settle(1);
    expect((await second).value).toBe('B');
    expect((await results.next()).done).toBe(true);
  });

  it('end with the first failure, and give the source back when they end early', async () => {
    const works = new Works();
    let isClosed = false;
    const items = function* (): Generator<string> {
      try {
        for (;;) {
          yield 'x';
        }
      } finally {
        isClosed = true;
      }
    };
    const all = Promise.resolve(new Many(items(), 2, works.work));
    await turn();
    works.settle(1, new Error('no'));
    await expect(all).rejects.toThrow('no');
    // Of one that fails later nobody is told a second time.
    works.settle(0, new Error('later'));
    await turn();
    expect([works.begun, isClosed]).toEqual([[0, 1], true]);
  });

  it('of none are none', async () => {
    expect(await new Many<string, string>([], 3, new Works().work)).toEqual([]);
  });
});
