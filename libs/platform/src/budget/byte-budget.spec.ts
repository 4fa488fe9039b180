import { Abort } from '../abort/index.js';
import { ByteBudget } from './byte-budget.js';

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
    const abort = new Abort();
    const second = budget.take(10, abort);
    const third = budget.take(10);
    abort.abort();
    expect(await second).toBeNull();
    first?.release();
    expect(await third).not.toBeNull();
    expect(budget.waitingCount).toBe(0);
  });
});
