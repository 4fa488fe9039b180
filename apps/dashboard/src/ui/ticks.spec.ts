import { ticksOf } from './ticks';

describe('the marks of an axis', () => {
  it.each([
    [888, 5, [0, 200, 400, 600, 800]],
    [4_700, 5, [0, 1_000, 2_000, 3_000, 4_000]],
    [319_000, 5, [0, 120_000, 240_000]],
    [0, 5, [0]],
  ])('%i ms in at most %i steps', (span, most, marks) => {
    expect(ticksOf(span, most)).toEqual(marks);
  });
});
