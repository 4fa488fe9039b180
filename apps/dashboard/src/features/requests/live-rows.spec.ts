import { holdRows } from './live-rows';

const row = (id: string, status = 'queued') => ({ id, status });

describe('a live list that is being read', () => {
  it('keeps every row in its place and brings its state up to date', () => {
    const shown = [row('c'), row('b'), row('a')];

    const { rows } = holdRows(shown, [row('d'), row('c', 'completed'), row('b')]);

    expect(rows).toEqual([row('c', 'completed'), row('b'), row('a')]);
  });

  it('counts the newer rows', () => {
    expect(holdRows([row('b')], [row('d'), row('c'), row('b')]).waiting).toBe(2);
    expect(holdRows([row('b')], [row('b')]).waiting).toBe(0);
  });

  it('counts all of them when none is known any more', () => {
    expect(holdRows([row('a')], [row('d'), row('c')]).waiting).toBe(2);
  });
});
