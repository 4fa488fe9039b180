import { setTimeout as delay } from 'node:timers/promises';

import type { Expectation } from '../ledger.js';
import type { Random } from '../random.js';
import type { Actor } from './actor.js';
import { someBytes, type Wish } from './body.js';
import { StreamReader } from './reader.js';

/** A client's calls for one request, from the first to the last. */
type Story = (actor: Actor, random: Random, wish: Wish) => Promise<void>;

const STORM = '429:retry-after-ms=300,429:slow_down:retry-after-ms=200,';
const OK_TIMES = [0, 0, 0, 50, 200, 600, 1_500];
const RETRYABLE = [
  '429:retry-after-ms=60',
  '429:slow_down:retry-after-ms=30',
  '503:server_is_overloaded:retry-after-ms=90',
  '500:retry-after-ms=40',
  '502:retry-after-ms=20',
  '408:retry-after-ms=20',
  'cut',
  'notjson',
  'empty',
  'shape',
  'html:502',
  'reset',
  'timeout',
];
/** Scripts of streams, and the attempts that they take. */
const STREAMS: readonly (readonly [string, number])[] = [
  ['tokens:8', 1],
  ['tokens:40:60', 1],
  ['tokens:120:100', 1],
  ['tokens:30:30+ttft:400', 1],
  ['tokens:30:60+cut:12,tokens:30:60', 2],
  ['503:retry-after-ms=40,tokens:30:60', 2],
  ['tokens:20+error:6,tokens:20:40', 2],
];
const HOPELESS = [
  '400',
  '400:echo',
  '401',
  '404',
  '422',
  '429:insufficient_quota',
  '429:too_large',
];

const ok = (random: Random): string => {
  const ms = random.pick(OK_TIMES);
  return ms === 0 ? random.pick(['ok', 'ok', 'echo']) : `slow:${ms}`;
};

const plain: Story = async (actor, random, wish) => {
  await actor.run(expecting(actor, { ...wish, model: ok(random) }, 'completed', 1));
};

const retried: Story = async (actor, random, wish) => {
  const steps = Array.from({ length: random.integer(1, 3) }, () => random.pick(RETRYABLE));
  const model = [...steps, ok(random)].join(',');
  const callTimeoutMs = steps.includes('timeout') ? 1_500 : wish.callTimeoutMs;
  const quick = { ...wish, model: model.replace(/slow:\d+/, 'ok'), callTimeoutMs };
  await actor.run(expecting(actor, quick, 'completed', steps.length + 1));
};

const failing: Story = async (actor, random, wish) => {
  if (random.chance(0.3)) {
    const retryCount = actor.stage.storm ? 4 : 2;
    const spent = { ...wish, model: '503:retry-after-ms=30', retryCount };
    await actor.run(expecting(actor, spent, 'failed', 3));
  } else {
    await actor.run(expecting(actor, { ...wish, model: random.pick(HOPELESS) }, 'failed', 1));
  }
};

/** Several clients with one key at once, and one after the end. */
const shared: Story = async (actor, random, wish) => {
  const key = wish.key ?? wish.tag;
  const one = expecting(actor, { ...wish, key, model: ok(random) }, 'completed', 1);
  await Promise.all(
    Array.from({ length: random.integer(2, 5) }, async () => {
      await delay(random.integer(0, 3) === 0 ? random.integer(0, 300) : 0);
      await actor.run({ ...one, waitMs: random.chance(0.5) ? 20_000 : 0 });
    }),
  );
  await actor.run({ ...one, waitMs: 20_000 });
  if (random.chance(0.3)) {
    await actor.submit({ ...one, bytes: one.bytes + 1_000 });
  }
};

const canceled: Story = async (actor, random, wish) => {
  const slow = expecting(actor, { ...wish, model: 'slow:2500', waitMs: 0 }, 'any', null);
  const told = await actor.submit(slow);
  if (told?.id != null) {
    await delay(random.integer(0, 1_200));
    await actor.control('cancel', slow, told.id);
    const end = await actor.poll(slow, told.id);
    if (end?.errorCode === 'canceled' && random.chance(0.4)) {
      await actor.control('retry', slow, told.id);
      await actor.poll(slow, told.id);
    }
  }
};

/** Always with a key: a repetition without one would be a second request, and only one is retried. */
const again: Story = async (actor, _random, wish) => {
  const key = wish.key ?? wish.tag;
  const twice = expecting(actor, { ...wish, key, model: '400,ok' }, 'any', null);
  const told = await actor.run(twice);
  if (told?.id != null && told.status === 400) {
    const begun = await actor.control('retry', twice, told.id);
    if (begun?.status === 200) {
      const { ledger } = actor.stage;
      const now = ledger.expectations.get(wish.tag);
      ledger.expect(wish.tag, {
        scripted: {},
        onLost: 'retry',
        ...now,
        status: 'completed',
        attempts: null,
      });
    }
    await actor.poll(twice, told.id);
  }
};

const onceOnly: Story = async (actor, random, wish) => {
  const once = { ...wish, onLost: 'fail' as const, model: ok(random) };
  await actor.run(expecting(actor, once, 'completed', 1));
};

/** Disconnects while it waits, and comes back with the key. */
const left: Story = async (actor, random, wish) => {
  const key = wish.key ?? wish.tag;
  const slow = expecting(
    actor,
    { ...wish, key, model: 'slow:1200', waitMs: 20_000 },
    'completed',
    1,
  );
  await actor.submit(slow, AbortSignal.timeout(random.integer(5, 900)));
  await actor.run(slow);
};

const trespassed: Story = async (actor, _random, wish) => {
  const told = await actor.submit(
    expecting(actor, { ...wish, model: 'slow:1500', waitMs: 0 }, 'completed', 1),
  );
  if (told?.id != null) {
    await actor.trespass(wish, told.id);
    await actor.poll(wish, told.id);
  }
};

/** Spends the retries of its first model, and completes with the second. */
const fallenBack: Story = async (actor, random, wish) => {
  const fallback = { fallback: `sim/${ok(random)}`, retryCount: 1 };
  // In a storm the first model's two calls are the storm's.
  const attempts = actor.stage.storm ? 1 : 3;
  const spent = { ...wish, ...fallback, model: '503:retry-after-ms=30' };
  await actor.run(expecting(actor, spent, 'completed', attempts));
};

/** Identical requests under the cache at once, each without a key, and another one after them. */
const cached: Story = async (actor, random, wish) => {
  const same = { ...wish, key: null, isCached: true, model: ok(random) };
  const one = expecting(actor, same, 'completed', null);
  await Promise.all(
    Array.from({ length: random.integer(2, 5) }, () =>
      actor.run({ ...one, waitMs: random.chance(0.5) ? 20_000 : 0 }),
    ),
  );
  await actor.run({ ...one, waitMs: 20_000 });
};

/** Several readers of one stream, who leave and come back. */
const streamed: Story = async (actor, random, wish) => {
  const [model, attempts] = random.pick(STREAMS);
  const key = wish.key ?? wish.tag;
  const one = expecting(
    actor,
    { ...wish, key, model, waitMs: 0, isStreamed: true },
    'completed',
    attempts,
  );
  await Promise.all(
    Array.from({ length: random.integer(1, 3) }, async (_, n) => {
      const own = random.fork(n);
      await delay(n === 0 ? 0 : own.integer(0, 600));
      await new StreamReader(actor.stage, own).read(one);
    }),
  );
};

const STORIES: readonly (readonly [number, Story])[] = [
  [34, plain],
  [22, retried],
  [8, failing],
  [12, shared],
  [7, canceled],
  [4, again],
  [7, onceOnly],
  [5, left],
  [2, trespassed],
  [6, fallenBack],
  [6, cached],
  [9, streamed],
];

/**
 * Plays the n-th story of a run.
 *
 * @param actor the client
 * @param random random numbers of this story alone
 * @param n number of the story, from 0
 */
export async function playStory(actor: Actor, random: Random, n: number): Promise<void> {
  const tag = `t${n}`;
  await random.weighted(STORIES)(actor, random, {
    tag,
    model: 'ok',
    waitMs: random.chance(0.55) ? 20_000 : 0,
    key: random.chance(0.75) ? `key-${n}` : null,
    bytes: someBytes(random),
    retryCount: 5,
    callTimeoutMs: 4_000,
    onLost: 'retry',
  });
}

/** Records the expected course of a wish, and returns it with the script of its steps as model. */
function expecting(
  actor: Actor,
  wish: Wish,
  status: Expectation['status'],
  attempts: number | null,
): Wish {
  const { storm, ledger } = actor.stage;
  const steps = storm ? `${STORM}${wish.model}` : wish.model;
  ledger.expect(wish.tag, {
    status,
    attempts: attempts === null ? null : attempts + (storm ? 2 : 0),
    scripted: {
      network_error: times(steps, 'reset'),
      timeout: times(steps, 'timeout'),
      stream_truncated: steps.split('+cut:').length - 1,
    },
    onLost: wish.onLost,
  });
  return { ...wish, model: `sim/${steps}` };
}

const times = (steps: string, step: string): number =>
  steps.split(',').filter((each) => each === step).length;
