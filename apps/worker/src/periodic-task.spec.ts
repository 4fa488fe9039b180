import { createLogger } from '@reqrun/platform/logging';

import { PeriodicTask } from './periodic-task.js';

const { jest } = import.meta;

const EVERY_MS = 1_000;

const lines: { event: string }[] = [];
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line) => lines.push(JSON.parse(line) as { event: string }) },
});
const periodic = (
  run: (signal: AbortSignal) => Promise<void>,
  pauseAfterFailureMs?: number,
): PeriodicTask =>
  new PeriodicTask(
    {
      name: 'test',
      everyMs: EVERY_MS,
      run,
      ...(pauseAfterFailureMs === undefined ? {} : { pauseAfterFailureMs }),
    },
    logger,
  );

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A task that ends when the test ends it. */
function task() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  return {
    run: () => {
      running += 1;
      most = Math.max(most, running);
      return new Promise<void>((resolve) => {
        ends.push(() => {
          running -= 1;
          resolve();
        });
      });
    },
    /** Ends the run of this index (from 0), and runs what follows from it. */
    async end(index: number) {
      ends[index]!();
      await jest.advanceTimersByTimeAsync(0);
    },
    get started() {
      return ends.length;
    },
    get mostAtOnce() {
      return most;
    },
  };
}

describe('what repeats', () => {
  it('runs after each pause, and the pause begins when the run has ended', async () => {
    const work = task();
    const repeating = periodic(work.run);
    repeating.start();
    expect(work.started).toBe(0);
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    expect(work.started).toBe(1);
    await jest.advanceTimersByTimeAsync(EVERY_MS * 10);
    expect(work.started).toBe(1);
    await work.end(0);
    await jest.advanceTimersByTimeAsync(EVERY_MS - 1);
    expect(work.started).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(work.started).toBe(2);
    expect(work.mostAtOnce).toBe(1);
  });

  it('goes on after a run that failed', async () => {
    const run = jest.fn(() => Promise.reject(new Error('no database')));
    const repeating = periodic(run);
    repeating.start();
    await jest.advanceTimersByTimeAsync(EVERY_MS * 3);
    expect(run).toHaveBeenCalledTimes(3);
    expect(lines.at(-1)?.event).toBe('test.failed');
    await repeating.stop();
  });

  it('comes back sooner after a run that failed, where it says so', async () => {
    const run = jest.fn(() => Promise.reject(new Error('no database')));
    const repeating = periodic(run, 10);
    repeating.start();
    await jest.advanceTimersByTimeAsync(EVERY_MS + 25);
    expect(run).toHaveBeenCalledTimes(3);
    await repeating.stop();
  });

  it('tells its run when it is stopped', async () => {
    let signal: AbortSignal | undefined;
    const repeating = periodic((given) => {
      signal = given;
      return Promise.resolve();
    });
    repeating.start();
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    expect(signal?.aborted).toBe(false);
    await repeating.stop();
    expect(signal?.aborted).toBe(true);
  });

  it('asked to run now runs at once, and then after the pause again', async () => {
    const work = task();
    const repeating = periodic(work.run);
    repeating.start();
    repeating.now();
    expect(work.started).toBe(1);
    await work.end(0);
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    expect(work.started).toBe(2);
  });

  it('asked to run now while it runs, however often, runs once more, never twice at once', async () => {
    const work = task();
    const repeating = periodic(work.run);
    repeating.start();
    repeating.now();
    repeating.now();
    repeating.now();
    expect(work.started).toBe(1);
    await work.end(0);
    expect(work.started).toBe(2);
    await work.end(1);
    expect(work.started).toBe(2);
    expect(work.mostAtOnce).toBe(1);
  });

  it('stopped ends when its run has ended, and runs no more', async () => {
    const work = task();
    const repeating = periodic(work.run);
    repeating.start();
    repeating.now();
    let stopped = false;
    const stopping = repeating.stop().then(() => {
      stopped = true;
    });
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    expect(stopped).toBe(false);
    await work.end(0);
    await stopping;
    repeating.now();
    await jest.advanceTimersByTimeAsync(EVERY_MS * 3);
    expect(work.started).toBe(1);
  });

  it('stopped before its first run never runs', async () => {
    const work = task();
    const repeating = periodic(work.run);
    repeating.start();
    await repeating.stop();
    await jest.advanceTimersByTimeAsync(EVERY_MS * 3);
    expect(work.started).toBe(0);
  });
});
