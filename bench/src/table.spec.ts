import { figure, renderTable } from './table.js';

describe('renderTable', () => {
  it('is a Markdown table whose columns are as wide as their widest cell', () => {
    const table = renderTable<{ work: string; rate: number | null }>(
      [
        ['work', ({ work }) => work],
        ['requests/s', ({ rate }) => figure(rate, 1)],
      ],
      [
        { work: 'direct, 1 client', rate: 1234.56 },
        { work: 'a|b', rate: null },
      ],
    );
    expect(table.split('\n')).toEqual([
      '| work             | requests/s |',
      '| ---------------- | ---------- |',
      '| direct, 1 client | 1234.6     |',
      '| a\\|b             |            |',
    ]);
  });

  it('has its head alone when there are no rows', () => {
    expect(renderTable([['a', String]], [])).toBe('| a   |\n| --- |');
  });
});
