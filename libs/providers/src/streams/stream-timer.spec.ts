import { type PassedLimit, REST_MS, type StreamClock, StreamTimer } from './stream-timer.js';

/** A clock that a test sets; it counts the timers that were set. */
class SetClock implements StreamClock {
  timersSet = 0;
  #now = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    this.timersSet += 1;
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, with each timer at its time. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) {
        this.#now = end;
        return;
      }
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
  }
}

let clock: SetClock;
let passed: [limit: PassedLimit, at: number][];
const start = (callMs: number, ttftMs: number, idleMs: number): StreamTimer => {
  clock = new SetClock();
  passed = [];
  return new StreamTimer({ callMs, ttftMs, idleMs }, clock, (limit) =>
    passed.push([limit, clock.now()]),
  );
};

describe('the limits of a stream', () => {
  it('end it when nothing was said in time, whatever was read', () => {
    const timer = start(1_000, 300, 50);
    clock.pass(200);
    timer.read();
    clock.pass(1_000);
    expect(passed).toEqual([['ttft', 300]]);
  });

  it('end it after a silence that follows the first token, and after none before', () => {
    const timer = start(10_000, 5_000, 100);
    clock.pass(1_000);
    timer.read();
    timer.said();
    for (let reads = 0; reads < 10; reads += 1) {
      clock.pass(90);
      timer.read();
    }
    expect(passed).toEqual([]);
    clock.pass(10_000);
    expect(passed).toEqual([['idle', 2_000]]);
  });

  it('end it when the call has taken too long', () => {
    const timer = start(1_000, 1_000, 400);
    timer.said();
    for (let reads = 0; reads < 10; reads += 1) {
      clock.pass(200);
      timer.read();
    }
    expect(passed).toEqual([['call', 1_000]]);
  });

  it('count a call without a token against the call where both are as long', () => {
    start(1_000, 1_000, 400);
    clock.pass(2_000);
    expect(passed).toEqual([['call', 1_000]]);
  });

  it('leave a whole answer five seconds for the rest', () => {
    const timer = start(100_000, 100_000, 60_000);
    timer.said();
    clock.pass(10);
    timer.whole();
    clock.pass(100_000);
    expect(passed).toEqual([['rest', 10 + REST_MS]]);
  });

  it('do not let a whole answer run into the time of the call', () => {
    const timer = start(1_000, 1_000, 60_000);
    timer.said();
    clock.pass(900);
    timer.whole();
    clock.pass(10_000);
    expect(passed).toEqual([['rest', 1_000]]);
  });

  it.each(['ttft', 'idle', 'call', 'rest'] as const)(
    'count no time in which it is paused: %s',
    (limit) => {
      const timer = start(
        limit === 'call' ? 100 : 100_000,
        limit === 'ttft' ? 100 : 50_000,
        limit === 'idle' ? 100 : 50_000,
      );
      if (limit !== 'ttft') {
        timer.said();
      }
      if (limit === 'rest') {
        timer.whole();
      }
      clock.pass(50);
      timer.pause();
      timer.pause();
      clock.pass(400_000);
      expect(passed).toEqual([]);
      timer.resume();
      timer.resume();
      clock.pass(limit === 'rest' ? REST_MS : 100);
      expect(passed).toEqual([[limit, 400_000 + (limit === 'rest' ? REST_MS : 100)]]);
    },
  );

  it('are looked at by one timer, not by one for each read', () => {
    const timer = start(100_000, 100_000, 1_000);
    timer.said();
    for (let reads = 0; reads < 10_000; reads += 1) {
      clock.pass(1);
      timer.read();
    }
    expect(clock.timersSet).toBeLessThan(20);
  });

  it('are over once it is stopped', () => {
    const timer = start(100, 100, 100);
    timer.stop();
    timer.said();
    timer.resume();
    clock.pass(1_000);
    expect(passed).toEqual([]);
  });

  it('may be longer than a timer of Node can count', () => {
    const timer = start(2 ** 40, 2 ** 40, Infinity);
    timer.said();
    clock.pass(2 ** 41);
    expect(passed).toEqual([['call', 2 ** 40]]);
  });
});
