import { holdRows, settleRows } from './live-rows';

const row = (id: string, status = 'queued') => ({ id, status });

describe('a live list that is being read', () => {
  it('keeps every row in its place and brings its state up to date', () => {
    const shown = [row('c'), row('b'), row('a')];

    const { rows, unknown } = holdRows(shown, [row('d'), row('c', 'completed'), row('b')]);

    expect(rows).toEqual([row('c', 'completed'), row('b'), row('a')]);
    expect(unknown).toEqual(['a']);
  });

  it('counts the newer rows', () => {
    expect(holdRows([row('b')], [row('d'), row('c'), row('b')]).waiting).toBe(2);
    expect(holdRows([row('b')], [row('b')]).waiting).toBe(0);
  });

  it('does not count older rows that move up because others have left', () => {
    expect(holdRows([row('d'), row('c')], [row('c'), row('b'), row('a')]).waiting).toBe(0);
  });

  it('counts a row that comes to match between two that are shown', () => {
    expect(holdRows([row('c'), row('a')], [row('c'), row('b'), row('a')]).waiting).toBe(1);
  });

  it('shows a row that has left the filters with its new state, never with the old one', () => {
    const fresh = [row('b', 'retrying')];
    const held = holdRows([row('c', 'retrying'), row('b', 'retrying')], fresh);

    const { rows, left } = settleRows(held, [row('c', 'completed')], null);

    expect(rows).toEqual([row('c', 'completed'), row('b', 'retrying')]);
    expect([...left]).toEqual(['c']);
  });

  it('does not take a row that newer ones pushed off the page for one that has left', () => {
    const fresh = [row('d'), row('c')];
    const held = holdRows([row('c'), row('a')], fresh);

    expect(settleRows(held, [row('a', 'processing')], 'c')).toMatchObject({
      rows: [row('c'), row('a', 'processing')],
      left: new Set(),
    });
  });

  it('drops a row that is deleted', () => {
    const held = holdRows([row('b'), row('a')], [row('b')]);

    expect(settleRows(held, [], null).rows).toEqual([row('b')]);
  });
});
