import fc from 'fast-check';

import { LightAbortController } from '../abort/index.js';
import { ByteBudget, type ByteShare } from './byte-budget.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a budget of bytes', () => {
  it('grants at once what there is room for', () => {
    const granted: string[] = [];
    const budget = new ByteBudget(10);
    budget.ask(6, () => granted.push('a'));
    budget.ask(4, () => granted.push('b'));
    expect(granted).toEqual(['a', 'b']);
    expect(budget.freeBytes).toBe(0);
  });

  it('grants in the order of asking: a small one does not overtake a large one that waits', async () => {
    const granted: string[] = [];
    const budget = new ByteBudget(10);
    const first = budget.ask(6, () => granted.push('first'));
    budget.ask(10, () => granted.push('large'));
    const small = budget.ask(1, () => granted.push('small'));
    expect(budget.waitingCount).toBe(2);
    first.release();
    await turn();
    expect(granted).toEqual(['first', 'large']);
    small.release();
    expect(budget.waitingCount).toBe(0);
  });

  it('gives all of it, alone, to one that asks for more than there is', async () => {
    const granted: string[] = [];
    const budget = new ByteBudget(10);
    const huge = budget.ask(1_000, () => granted.push('huge'));
    budget.ask(1, () => granted.push('next'));
    expect(granted).toEqual(['huge']);
    huge.release();
    await turn();
    expect(granted).toEqual(['huge', 'next']);
    expect(budget.freeBytes).toBe(9);
  });

  it('counts a share that is given back twice once', () => {
    const budget = new ByteBudget(10);
    const share = budget.ask(6, () => undefined);
    share.release();
    share.release();
    expect(budget.freeBytes).toBe(10);
  });

  it('lets those behind go on when one that waits gives up', async () => {
    const granted: string[] = [];
    const budget = new ByteBudget(10);
    budget.ask(6, () => granted.push('first'));
    const large = budget.ask(9, () => granted.push('large'));
    budget.ask(4, () => granted.push('small'));
    large.release();
    await turn();
    expect(granted).toEqual(['first', 'small']);
  });

  it('does not call one that gives up between its turn and its being told', async () => {
    const granted: string[] = [];
    const budget = new ByteBudget(10);
    const first = budget.ask(10, () => undefined);
    const second = budget.ask(10, () => granted.push('second'));
    first.release();
    second.release();
    await turn();
    expect(granted).toEqual([]);
    expect(budget.freeBytes).toBe(10);
  });

  it('ends a wait that is aborted, and its place in the queue with it', async () => {
    const budget = new ByteBudget(10);
    const first = await budget.take(10);
    const abort = new LightAbortController();
    const second = budget.take(10, abort);
    const third = budget.take(10);
    abort.abort();
    expect(await second).toBeNull();
    first?.release();
    expect(await third).not.toBeNull();
    expect(budget.waitingCount).toBe(0);
  });
});

describe('of a budget with owners', () => {
  const ask = (budget: ByteBudget, bytes: number, owner: string) =>
    budget.ask(bytes, () => undefined, owner);

  it.each([
    [12, 1, 8],
    [12, 3, 6],
    [12, 4, 8],
    [12, 12, 12],
    [12, 20, 12],
  ])('%i bytes, one owner that asks for %i each has %i at most', (total, each, most) => {
    const budget = new ByteBudget(total);
    for (let n = 0; n < 20; n += 1) {
      ask(budget, each, 'greedy');
    }
    expect(total - budget.freeBytes).toBe(most);
  });

  it('others get what is left, past all that the greedy one waits for', () => {
    const budget = new ByteBudget(12);
    const greedy = Array.from({ length: 9 }, () => ask(budget, 3, 'greedy'));
    expect(greedy.filter(({ isGranted }) => isGranted)).toHaveLength(2);
    expect(ask(budget, 6, 'other').isGranted).toBe(true);
  });

  it('whoever waits for room alone is not overtaken, and who waits for its owner comes in its turn', () => {
    const budget = new ByteBudget(12);
    const first = [1, 2].map(() => ask(budget, 4, 'greedy'));
    const second = ask(budget, 4, 'greedy');
    const large = ask(budget, 6, 'other');
    const small = ask(budget, 1, 'third');
    const granted = () => [second, large, small].map(({ isGranted }) => isGranted);
    expect(granted()).toEqual([false, false, false]);
    first[0]?.release();
    expect(granted()).toEqual([true, false, false]);
    first[1]?.release();
    expect(granted()).toEqual([true, true, true]);
  });

  it('all of it comes back, and everybody gets a turn, whatever is asked for', () => {
    const asking = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', null),
      bytes: fc.integer({ min: 1, max: 15 }),
      releases: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(asking, { maxLength: 60 }), (steps) => {
        const budget = new ByteBudget(12);
        const open: ByteShare[] = [];
        for (const { owner, bytes, releases } of steps) {
          open.push(budget.ask(bytes, () => undefined, owner));
          expect(budget.freeBytes).toBeGreaterThanOrEqual(0);
          for (const share of open.filter(({ isGranted }) => isGranted).slice(0, releases)) {
            open.splice(open.indexOf(share), 1);
            share.release();
          }
        }
        while (open.length > 0) {
          const granted = open.findIndex(({ isGranted }) => isGranted);
          expect(granted).toBeGreaterThanOrEqual(0);
          open.splice(granted, 1)[0]?.release();
        }
        expect(budget.freeBytes).toBe(12);
        expect(budget.waitingCount).toBe(0);
      }),
    );
  });
});
