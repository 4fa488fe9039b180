import { setTimeout as delay } from 'node:timers/promises';

import type { ReceivedStream } from '../../harness/stream-client.js';
import type { Random } from '../random.js';
import type { Stage } from './actor.js';
import { bodyOf, type Wish } from './body.js';

/** Time after which a reader gives up, in ms. */
const PATIENCE_MS = 120_000;
const BETWEEN_TRIES_MS = 100;
/** Latest frame after which a reader leaves by itself. */
const LAST_FRAME = 30;

/** State of a reader between two connections. */
interface Place {
  /** Id of the request; null before it is known. */
  id: string | null;
  /** Id of the last frame that was read; null to begin anew. */
  after: string | null;
}

/** Outcome of one connection. */
type Read = 'done' | 'again' | 'anew';

/** A client that reads a stream to its end: it leaves, and comes back by its key or by its cursor. */
export class StreamReader {
  /**
   * @param stage shared state of the stories
   * @param random random numbers of this reader alone
   */
  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  /**
   * Reads the stream of a request until it has a clean end, or there is none.
   *
   * @param wish the request, with a key
   */
  async read(wish: Wish): Promise<void> {
    const place: Place = { id: null, after: null };
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      const read = await this.connect(wish, place);
      if (read === 'done') {
        return;
      }
      if (read === 'anew') {
        place.after = null;
      }
      await delay(BETWEEN_TRIES_MS);
    }
  }

  private async connect(wish: Wish, place: Place): Promise<Read> {
    const { caller, ledger, canary } = this.stage;
    const { tag, key } = wish;
    const leavesAfter = this.random.chance(0.4) ? this.random.integer(0, LAST_FRAME) : Infinity;
    const leave = new AbortController();
    const opened: { stream: ReceivedStream | null } = { stream: null };
    const onStream = (stream: ReceivedStream): void => {
      opened.stream = stream;
      if (leavesAfter < Infinity) {
        void stream.has(leavesAfter).then(() => leave.abort());
      }
    };
    const after = this.random.chance(0.6) ? place.after : null;
    const end = await caller.call(
      after === null || place.id === null
        ? {
            ...{ what: 'post', tag, key, method: 'POST', path: '/v1/chat/completions', onStream },
            ...{ body: bodyOf(wish, canary), headers: { 'idempotency-key': key ?? tag } },
          }
        : {
            ...{ what: 'read', tag, key, method: 'GET', onStream },
            path: `/v1/requests/${place.id}/stream?starting_after=${after}`,
          },
      leave.signal,
    );
    const { stream } = opened;
    if (stream === null) {
      if (end.kind !== 'answer' || end.told.shouldRetry === 'true') {
        return 'again';
      }
      const { status, errorCode } = end.told;
      if (status === 400 && after !== null && place.id !== null) {
        ledger.streams.push({ tag, id: place.id, after, errorCode, frames: [], end: 'refused' });
      }
      return errorCode === 'stream_superseded' ? 'anew' : 'done';
    }
    const { frames, headers, errorCode, ended } = stream;
    const id = String(headers['x-request-id']);
    const how = end.kind === 'answer' ? await ended : 'cut';
    ledger.streams.push({
      ...{ tag, id, frames, errorCode, after },
      end: how === 'broken' ? 'silent' : how,
    });
    place.id = id;
    place.after = frames.at(-1)?.id ?? after;
    return how === 'clean' ? 'done' : how === 'error' ? 'anew' : 'again';
  }
}
