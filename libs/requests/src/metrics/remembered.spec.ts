import { remembered } from './remembered.js';

let time: number;
let asked: PromiseWithResolvers<string>[];

beforeEach(() => {
  time = 0;
  asked = [];
});

const make = (timesItsCost?: number) =>
  remembered(
    () => {
      const question = withResolvers();
      asked.push(question);
      return question.promise;
    },
    { everyMs: 100, now: () => time, ...(timesItsCost === undefined ? {} : { timesItsCost }) },
  );

describe('a remembered answer', () => {
  it('is asked for once by all who ask meanwhile, however long that takes', async () => {
    const ask = make();
    const first = ask();
    time = 100_000;
    const second = ask();
    expect(asked).toHaveLength(1);
    asked[0]!.resolve('a');
    expect(await Promise.all([first, second])).toEqual(['a', 'a']);
  });

  it('stands for its time, from when it was found', async () => {
    const ask = make();
    const first = ask();
    time = 500;
    asked[0]!.resolve('a');
    await first;
    time = 599;
    expect(await ask()).toBe('a');
    time = 600;
    const next = ask();
    asked[1]!.resolve('b');
    expect(await next).toBe('b');
  });

  it('stands the longer the more it costs', async () => {
    const ask = make(50);
    const first = ask();
    time = 400;
    asked[0]!.resolve('a');
    await first;
    time = 400 + 19_999;
    expect(await ask()).toBe('a');
    time = 400 + 20_000;
    void ask();
    expect(asked).toHaveLength(2);
  });

  it('is null after a failure, which is not tried again at once', async () => {
    const ask = make();
    const first = ask();
    asked[0]!.reject(new Error('away'));
    expect(await first).toBeNull();
    expect(await ask()).toBeNull();
    expect(asked).toHaveLength(1);
  });
});

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node.js has from version 22 on. */
function withResolvers(): PromiseWithResolvers<string> {
  let resolve!: (value: string) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<string>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
