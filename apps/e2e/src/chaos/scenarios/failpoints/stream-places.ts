import type { Failpoint } from '@reqrun/platform/failpoints';

import type { OpenStream } from '../../../harness/stream-client.js';
import type { Course, Lab, Place } from './lab.js';

const MODEL = 'sim/tokens:40:40';
const FRAMES = 42;
/** Frames after which a worker is killed in the middle of a stream. */
const SHOWN = 5;

/** Code of the error frame of a log that died, or of the failure. */
const CODES = { retry: 'worker_lost', fail: 'outcome_unknown' } as const;
const ENDS: Readonly<Record<'retry' | 'fail', Course>> = {
  retry: 'completed | lost,succeeded | 1,1',
  fail: 'failed outcome_unknown | lost | 1',
};

type OnLost = keyof typeof ENDS;
const variant = (n: number): OnLost => (n % 2 === 0 ? 'retry' : 'fail');

/** Compares what a reader received, and what a later one receives, with the log of the attempt that survived. */
async function afterDeath(lab: Lab, stream: OpenStream, onLost: OnLost): Promise<string[]> {
  const end = await stream.ended;
  const id = String(stream.headers['x-request-id']);
  const wrong = await lab.ended(id, ENDS[onLost]);
  const log = stream.frames[0]?.id.split('-')[0];
  if (stream.frames.some((frame, n) => frame.id !== `${log}-${n}`)) {
    wrong.push(`${id}: frames of several logs, or not all`);
  }
  if (end === 'clean' && stream.frames.length !== FRAMES) {
    wrong.push(`${id}: a clean end after ${stream.frames.length} frames`);
  }
  if (end === 'broken') {
    wrong.push(`${id}: the connection broke though its API lives`);
  }
  if (end === 'error' && stream.errorCode !== CODES[onLost]) {
    wrong.push(`${id}: its stream ended with ${stream.errorCode ?? ''}`);
  }
  const last = stream.frames.at(-1)?.id;
  if (end === 'error' && last !== undefined) {
    const back = await lab.replay(id, `?starting_after=${last}`);
    const promised = onLost === 'retry' ? 'stream_superseded' : 'outcome_unknown';
    if (back.errorCode !== promised || back.frames.length > 0) {
      wrong.push(`${id}: ${back.errorCode ?? 'no error'} after ${last} of a dead log`);
    }
  }
  if (onLost === 'fail') {
    return end === 'error' ? wrong : [...wrong, `${id}: it failed, and its stream ended ${end}`];
  }
  const whole = await lab.replay(id);
  const isSame = log !== '2' || JSON.stringify(stream.frames) === JSON.stringify(whole.frames);
  return (await whole.ended) === 'clean' && whole.frames.length === FRAMES && isSame
    ? wrong
    : [...wrong, `${id}: the next attempt's stream is not whole, or not the one that was shown`];
}

/** Returns a failpoint at which a worker dies of the first batch of a log. */
const atFirstBatch = (place: Failpoint, promise: string, isShown: boolean): Place => ({
  ...{ place, promise, when: 'the first batch' },
  kill: async (lab, n) => {
    const worker = lab.at(lab.system.workers, 0);
    const onLost = variant(n);
    const opened = await lab.alone(worker, async () => {
      let opening: Promise<OpenStream | null> = Promise.resolve(null);
      await lab.killedAt(worker, place, () => {
        opening = lab.stream(MODEL, { on_lost: onLost }).catch(() => null);
      });
      return { opening };
    });
    const stream = await opened.opening;
    if (stream === null) {
      return ['the connection broke before the headers though its API lives'];
    }
    const wrong = await afterDeath(lab, stream, onLost);
    return !isShown && stream.frames[0]?.id.startsWith('1-') === true
      ? [...wrong, `${stream.frames[0].id} was shown before its commit`]
      : wrong;
  },
});

/** Returns a failpoint at which a worker dies in the middle of a stream. */
const atLaterBatch = (place: Failpoint, promise: string): Place => ({
  ...{ place, promise, when: 'a later batch' },
  kill: async (lab, n) => {
    const onLost = variant(n);
    const stream = await lab.stream(MODEL, { on_lost: onLost });
    await stream.has(SHOWN);
    const { worker } = await lab.lease(String(stream.headers['x-request-id']));
    await lab.killedAt(worker, place, () => undefined);
    return afterDeath(lab, stream, onLost);
  },
});

/** Failpoints of the logs of streams. */
export const STREAM_PLACES: readonly Place[] = [
  atFirstBatch(
    'append.before',
    'nothing was shown; the next attempt is, or outcome_unknown',
    false,
  ),
  atFirstBatch('append.after', 'its log ends with an error, or was not shown at all', true),
  atLaterBatch('append.before', 'its log ends with an error; the next attempt is whole'),
  atLaterBatch('append.after', 'its log ends with an error; the next attempt is whole'),
];
