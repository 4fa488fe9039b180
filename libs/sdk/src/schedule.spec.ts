import { retryAfterSeconds } from './errors.js';
import { mayRetry, retryDelayMs } from './http/retry.js';
import { ReqRun } from './reqrun.js';
import { accepted, completed, failure, HELLO, ID, record } from './testing/answers.js';
import type { FetchInit, FetchResponse } from './types/fetch.js';
import type { Step } from './testing/scripted-server.js';

const { jest } = import.meta;

/** A client without a network, whose clock stands still until it is moved. */
function offline(...steps: Step[]): { reqrun: ReqRun; calls: string[] } {
  const calls: string[] = [];
  const fetch = (url: string, init: FetchInit): Promise<FetchResponse> => {
    calls.push(`${init.method} ${new URL(url).pathname}`);
    const step = steps.length > 1 ? steps.shift() : steps[0];
    if (typeof step !== 'object' || !('status' in step)) {
      // Does not look at its signal either.
      return new Promise(() => undefined);
    }
    const { status, headers = {}, body } = step;
    return Promise.resolve({
      status,
      headers: { get: (name) => headers[name] ?? null },
      text: () => Promise.resolve(JSON.stringify(body)),
    });
  };
  const reqrun = new ReqRun({
    apiKey: 'reqrun_test_1',
    baseURL: 'http://127.0.0.1:1',
    fetch: fetch as unknown as typeof globalThis.fetch,
  });
  return { reqrun, calls };
}

const busy = (headers: Record<string, string>): Step =>
  failure(503, 'overloaded', { 'x-should-retry': 'true', ...headers });

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the pause before a retry', () => {
  it.each([
    ['retry-after in seconds', { 'retry-after': '7' }, 7_000],
    ['retry-after as a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9_000],
    ['retry-after-ms before retry-after', { 'retry-after-ms': '1500', 'retry-after': '7' }, 1_500],
    ['a long one', { 'retry-after': '60' }, 60_000],
  ])('is never shorter than %s', async (_what, headers, ms) => {
    const { reqrun, calls } = offline(busy(headers), record('completed'));
    const answer = reqrun.requests.get(ID);
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(2);
    expect((await answer).status).toBe('completed');
  });

  it('grows from half a second to eight where nothing is asked for, less up to a quarter', () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    const delays = (): number[] =>
      [0, 1, 2, 3, 4, 5, 1_000].map((n) => retryDelayMs(new Error(), n));
    expect(delays()).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    random.mockReturnValue(1);
    expect(delays()).toEqual([375, 750, 1_500, 3_000, 6_000, 6_000, 6_000]);
    random.mockRestore();
  });

  it.each(['', 'soon', '-1', '1e3', 'NaN'])('does not follow "%s"', (header) => {
    expect(
      retryAfterSeconds({ get: (name) => (name === 'retry-after' ? header : null) }),
    ).toBeNull();
  });

  it('is none after what is no failure of a call', () => {
    expect(mayRetry(new TypeError('a bug'), true)).toBe(false);
  });
});

describe('the pause between two looks', () => {
  it('is what openai-poll-after-ms says', async () => {
    const slow = { ...accepted, headers: { 'openai-poll-after-ms': '4000' } };
    const { reqrun, calls } = offline(slow, slow, completed);
    const answer = reqrun.chat.completions.create({ ...HELLO, wait: true });
    await jest.advanceTimersByTimeAsync(3_999);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(4_000);
    expect((await answer).object).toBe('chat.completion');
  });

  it('is a second where the answer does not say', async () => {
    const { reqrun, calls } = offline({ ...record('queued'), headers: {} }, record('completed'));
    const answer = reqrun.requests.waitFor(ID);
    await jest.advanceTimersByTimeAsync(999);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe('completed');
  });

  it('leaves time for a look before the end', async () => {
    const slow = { ...record('queued'), headers: { 'openai-poll-after-ms': '10000' } };
    const { reqrun } = offline(slow, record('completed'));
    const answer = reqrun.requests.waitFor(ID, { timeout: 5_000 });
    await jest.advanceTimersByTimeAsync(4_000);
    expect((await answer).status).toBe('completed');
  });

  it('goes on for longer than a timer can be set', async () => {
    const { reqrun } = offline(record('queued'), record('completed'));
    const answer = reqrun.requests.waitFor(ID, { timeout: 2 ** 40 });
    await jest.advanceTimersByTimeAsync(10);
    expect((await answer).status).toBe('completed');
  });
});

describe('one HTTP call', () => {
  it('is given up after a minute, and made again with the same key', async () => {
    const { reqrun, calls } = offline('silence', accepted);
    const answer = reqrun.chat.completions.create(HELLO);
    await jest.advanceTimersByTimeAsync(59_999);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(501);
    expect(calls).toHaveLength(2);
    expect((await answer).id).toBe(ID);
  });

  it('is given the time for which the server holds it, on top', async () => {
    const { reqrun, calls } = offline('silence', completed);
    const answer = reqrun.chat.completions.create({
      ...HELLO,
      wait: true,
      wait_timeout_ms: 240_000,
    });
    await jest.advanceTimersByTimeAsync(299_999);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(501);
    expect((await answer).object).toBe('chat.completion');
  });

  it('ends with the call although its fetch does not look at its signal', async () => {
    const { reqrun } = offline('silence');
    const answer = reqrun.requests.get(ID, { timeout: 1_000 });
    const refused = expect(answer).rejects.toMatchObject({ name: 'APITimeoutError' });
    await jest.advanceTimersByTimeAsync(1_000);
    await refused;
    expect(jest.getTimerCount()).toBe(0);
  });
});
