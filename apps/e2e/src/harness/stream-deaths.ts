import { setTimeout as delay } from 'node:timers/promises';

import { chatBody } from './client.js';
import { openStream, type OpenStream } from './stream-client.js';

/** A part of the system that dies in a round. */
export type Victim = 'api' | 'worker' | 'store';

/** Processes that a round uses. */
export interface StreamRound {
  /** Origins of two APIs. An API that dies is the first. */
  readonly apis: readonly [string, string];
  readonly key: string;
  /** Part of the idempotency keys that no other round has. */
  readonly name: string;
  /** Number of frames of the fastest stream after which the kill comes. */
  readonly killAfter: number;
  readonly victim: Victim;
  /**
   * Kills it.
   *
   * @param ids public ids of the requests whose streams run
   */
  readonly kill: (ids: readonly string[]) => unknown;
}

/** Outcome of a round. */
export interface StreamDeaths {
  /** Violations of what a reader is promised. */
  readonly violations: readonly string[];
  /** Number of streams whose reader was cut off by the kill. */
  readonly cut: number;
  /** Number of connections that came back with a cursor, and got the rest of their log. */
  readonly resumed: number;
  /** Number of those that were told that their log had died. */
  readonly superseded: number;
}

/** A round that could not begin, because an API was not there. It does not count. */
export class NotBegun extends Error {}

/** Paces of the streams of a round, in tokens per second, so that a kill finds each at another frame. */
const PACES = [40, 37, 34, 31, 28, 26, 23, 21];
const FRAMES = 42;

/** Number of streams of a round. */
export const STREAMS_PER_ROUND = PACES.length;

/** Longest time until a stream is read to its end, in ms. */
const PATIENCE_MS = 60_000;
const BETWEEN_TRIES_MS = 100;

/**
 * Reads streams while something dies, then comes back by key and by cursor, and compares all that was received with
 * what a second reader at another API got, whom the death of the first one's API does not touch.
 *
 * @param round the round
 * @throws NotBegun before anything was killed
 */
export async function killAmidStreams(round: StreamRound): Promise<StreamDeaths> {
  const { apis, key, name, killAfter, kill, victim } = round;
  const post = (origin: string, n: number): Promise<OpenStream> =>
    openStream(origin, key, {
      path: '/v1/chat/completions',
      body: chatBody(`sim/tokens:40:${PACES[n]}`, { stream: true }),
      headers: { 'idempotency-key': `${name}-${n}` },
    });
  const first = await Promise.all(PACES.map((_, n) => post(apis[0], n))).catch(notBegun);
  const ids = first.map(({ headers }) => String(headers['x-request-id']));
  const witnesses = await Promise.all(
    ids.map((id) => openStream(apis[1], key, { path: `/v1/requests/${id}/stream` })),
  ).catch(notBegun);
  await first[0]?.has(killAfter);
  await kill(ids);
  const all = await Promise.all(
    first.map(async (stream, n) => {
      const id = ids[n] ?? '';
      const seen = [stream];
      const end = await stream.ended;
      const isCut = end !== 'clean';
      if (isCut) {
        await untilWhole(seen, () => post(apis[1], n));
      }
      const whole = seen.at(-1) ?? stream;
      if ((await whole.ended) !== 'clean') {
        return { id, isCut, wrong: [`${id}: never whole, ${whole.errorCode ?? ''}`], back: null };
      }
      const back = await comeBack(apis[1], key, id, stream);
      const witness = witnesses[n] ?? stream;
      const witnessed = await witness.ended;
      const readers = [...seen, witness, ...(back === null ? [] : [back])];
      return {
        ...{ id, isCut, back },
        wrong: [
          ...(whole.frames.length === FRAMES ? [] : [`${id}: ${whole.frames.length} frames`]),
          ...readers.flatMap((one) => broken(id, one)),
          ...readers.flatMap((one) => differences(id, one, whole)),
          ...(await Promise.all(readers.map((one) => falseEnd(id, one)))).flat(),
          ...(back === null ? [] : backDifferences(id, stream, back, whole)),
          ...(victim === 'api' && witnessed !== 'clean' && sameLogs(witness, whole)
            ? [`${id}: the reader at the other API ended ${witnessed}, ${witness.errorCode ?? ''}`]
            : []),
        ],
      };
    }),
  );
  const superseded = all.filter(({ back }) => back?.errorCode === 'stream_superseded').length;
  return {
    violations: all.flatMap(({ wrong }) => wrong),
    cut: all.filter(({ isCut }) => isCut).length,
    resumed: all.filter(({ back }) => back !== null).length - superseded,
    superseded,
  };
}

function notBegun(error: unknown): never {
  throw new NotBegun('A stream could not be opened.', { cause: error });
}

/** Opens a stream again until one has a clean end, as a client does whose answer was cut. */
async function untilWhole(seen: OpenStream[], post: () => Promise<OpenStream>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    const again = await post().catch(() => null);
    if (again?.status === 200) {
      seen.push(again);
      if ((await again.ended) === 'clean') {
        return;
      }
    }
    await delay(BETWEEN_TRIES_MS);
  }
}

/** Comes back with the last id that was seen. */
async function comeBack(
  origin: string,
  key: string,
  id: string,
  stream: OpenStream,
): Promise<OpenStream | null> {
  const last = stream.frames.at(-1)?.id;
  if (last === undefined) {
    return null;
  }
  const back = await openStream(origin, key, {
    path: `/v1/requests/${id}/stream?starting_after=${last}`,
  });
  await back.ended;
  return back;
}

/** A stream is one log, without a gap, from its first frame on. */
function broken(id: string, { frames }: OpenStream): string[] {
  const [log, from] = (frames[0]?.id ?? '1-0').split('-').map(Number);
  const wrong = frames.findIndex((frame, n) => frame.id !== `${log}-${(from ?? 0) + n}`);
  return wrong === -1 ? [] : [`${id}: frame ${wrong} is ${frames[wrong]?.id ?? ''}`];
}

/** A clean end follows the last frame of the answer alone. */
async function falseEnd(id: string, { ended, frames }: OpenStream): Promise<string[]> {
  const last = Number(frames.at(-1)?.id.split('-')[1] ?? FRAMES - 1);
  return (await ended) === 'clean' && last !== FRAMES - 1
    ? [`${id}: a clean end after frame ${last}`]
    : [];
}

/** Compares the log that became whole with what a reader saw of it, byte for byte. */
function differences(id: string, seen: OpenStream, whole: OpenStream): string[] {
  const bytes = new Map(whole.frames.map((frame) => [frame.id, frame.bytes]));
  return seen.frames.some(
    (frame) => sameLog(frame.id, whole) && bytes.get(frame.id) !== frame.bytes,
  )
    ? [`${id}: other bytes than were shown before`]
    : [];
}

/** From a cursor come the next frames of its log, or the error that says that it ended. */
function backDifferences(
  id: string,
  seen: OpenStream,
  back: OpenStream,
  whole: OpenStream,
): string[] {
  const last = seen.frames.at(-1)?.id ?? '';
  if (sameLog(last, whole)) {
    const rest = whole.frames.slice(seen.frames.length);
    return JSON.stringify(back.frames) === JSON.stringify(rest) && back.status === 200
      ? []
      : [`${id}: ${back.frames.length} frames after ${last}, and not ${rest.length}`];
  }
  return back.errorCode === 'stream_superseded'
    ? []
    : [`${id}: ${back.errorCode ?? 'no error'} after ${last} of a dead log`];
}

const sameLogs = ({ frames }: OpenStream, whole: OpenStream): boolean =>
  sameLog(frames[0]?.id ?? '', whole);

const sameLog = (frameId: string, { frames }: OpenStream): boolean =>
  frameId.split('-')[0] === frames[0]?.id.split('-')[0];
