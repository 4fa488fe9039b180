import { setImmediate } from 'node:timers/promises';

import { createSignalBus } from '@reqrun/platform/signals';
import { type StreamEnd, StreamReaders, StreamReading } from '@reqrun/requests';
import type { RequestsFixture } from '@reqrun/requests/testing';

/** Interval of the look that is short enough for tests, in ms. */
const OFTEN_MS = 5;

/** A reader of a stream that keeps what it was shown. */
export interface TestStreamReader {
  /** Frames, as text. */
  readonly texts: readonly string[];
  /** Their ids, such as `1-57`. */
  readonly numbers: readonly string[];
  readonly ended: Promise<StreamEnd>;
  /** Resolves when it was shown that many frames. */
  shown(count: number): Promise<void>;
}

/** Readers of streams as an API has them, which see the table alone. */
export class TestReaders {
  readonly #readers: StreamReaders;

  /** @param f the fixture of the database */
  constructor(private readonly f: RequestsFixture) {
    const signals = createSignalBus({
      ...{ redis: undefined, connectionString: f.connectionString, pool: f.pool },
      applicationName: 'test-readers',
    });
    const frame = (text: string) => ({ bytes: Buffer.from(text), usageOnly: false });
    this.#readers = new StreamReaders({
      ...{ pool: f.pool, keys: f.keys, recovery: f.recovery, signals, link: null },
      pollMs: OFTEN_MS,
      makeUp: () =>
        Promise.resolve({ head: { headers: {} }, frames: [frame('made'), frame('up')] }),
    });
  }

  /**
   * Reads a stream.
   *
   * @param id UUID of the request
   * @param options as of a reading
   */
  read(
    id: string,
    {
      cursor = null,
      isBuffered = false,
    }: Partial<Pick<StreamReading, 'cursor' | 'isBuffered'>> = {},
  ): TestStreamReader {
    const texts: string[] = [];
    const numbers: string[] = [];
    let onEnd: (end: StreamEnd) => void = () => undefined;
    const ended = new Promise<StreamEnd>((resolve) => {
      onEnd = resolve;
    });
    const reading = new StreamReading(this.f.tenant, id, cursor, isBuffered, false, {
      frames: ({ log, from, frames }) => {
        frames.forEach(({ bytes }, index) => {
          numbers.push(`${log}-${from + index}`);
          texts.push(String(bytes));
        });
        return true;
      },
      ended: (end) => onEnd(end),
    });
    this.#readers.add(reading);
    this.#readers.begin(reading, 'ended');
    return {
      ...{ texts, numbers, ended },
      async shown(count) {
        while (texts.length < count) {
          await setImmediate();
        }
      },
    };
  }

  /** Ends all. */
  stop(): void {
    this.#readers.stop();
  }
}
