import { renderRetriesTable, retryDelayTable } from './delay-table.js';

describe('retryDelayTable', () => {
  it('has a row for every retry that a policy can ask for, with its bounds and its sum', () => {
    expect(retryDelayTable()).toEqual([
      row(1, 1_000, 750, 1_250, 1_000, 1_250),
      row(2, 2_000, 1_500, 2_500, 3_000, 3_750),
      row(3, 4_000, 3_000, 5_000, 7_000, 8_750),
      row(4, 8_000, 6_000, 10_000, 15_000, 18_750),
      row(5, 16_000, 12_000, 20_000, 31_000, 38_750),
    ]);
  });
});

describe('renderRetriesTable', () => {
  it('prints the same rows as padded Markdown', () => {
    expect(renderRetriesTable().split('\n')).toEqual([
      '| Retry | Wait |      With jitter | Waited in all | At most |',
      '| ----: | ---: | ---------------: | ------------: | ------: |',
      '|     1 |  1 s | 0.75 s to 1.25 s |           1 s |  1.25 s |',
      '|     2 |  2 s |   1.5 s to 2.5 s |           3 s |  3.75 s |',
      '|     3 |  4 s |       3 s to 5 s |           7 s |  8.75 s |',
      '|     4 |  8 s |      6 s to 10 s |          15 s | 18.75 s |',
      '|     5 | 16 s |     12 s to 20 s |          31 s | 38.75 s |',
    ]);
  });
});

function row(
  retry: number,
  baseMs: number,
  minMs: number,
  maxMs: number,
  cumulativeMs: number,
  cumulativeMaxMs: number,
) {
  return { retry, baseMs, minMs, maxMs, cumulativeMs, cumulativeMaxMs };
}
