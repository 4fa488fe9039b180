import { pollDelayMs } from './poll-delay.js';

const at = (polls: number, headers: Record<string, string> | null = {}, httpStatus = 200): number =>
  pollDelayMs({
    polls,
    answer: headers === null ? null : { httpStatus, headers },
    nowMs: 0,
    random: 0.5,
  });

describe('the wait before the next look at a running response', () => {
  it('grows from 0.5 s to 5 s where the provider asks for none', () => {
    expect([0, 1, 2, 3, 4, 5, 5_000].map((polls) => at(polls))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
    expect(at(3, null)).toBe(4_000);
  });

  it.each([
    [{ 'openai-poll-after-ms': '200' }, 200],
    [{ 'openai-poll-after-ms': '200', 'retry-after': '9' }, 200],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after-ms': '40' }, 40],
  ])('is at least what %j asks for, and at most a quarter more', (headers, asked) => {
    const facts = { polls: 3, answer: { httpStatus: 200, headers }, nowMs: 0 };
    expect(pollDelayMs({ ...facts, random: 0 })).toBe(asked);
    expect(pollDelayMs({ ...facts, random: 0.999 })).toBeLessThanOrEqual(asked * 1.25);
  });

  it.each([['0'], ['soon'], ['-1'], ['']])('is our own where the header says %j', (value) => {
    expect(at(0, { 'openai-poll-after-ms': value })).toBe(500);
  });

  it('is a minute at most, whatever is asked for', () => {
    expect(at(0, { 'openai-poll-after-ms': '86400000' })).toBe(60_000);
  });
});
