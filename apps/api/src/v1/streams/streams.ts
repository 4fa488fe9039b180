import { describeErrorCode, type Endpoint, isTerminal, requestIdFromUuid } from '@reqrun/contracts';
import {
  type RequestReader,
  type StreamCursor,
  type StreamEnd,
  StreamReading,
  type StreamReaders,
} from '@reqrun/requests';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError, notAccepted } from '../../http/api-error.js';
import { sendError } from '../../http/error.filter.js';
import { newUuid } from '../../http/new-id.js';
import { toApiError } from '../../http/to-api-error.js';
import { whenGone } from '../../http/when-gone.js';
import type { ApiMetrics } from '../../metrics.js';
import type { RequestCommands } from '../../requests/request-commands.js';
import type { Caller } from '../auth/caller.js';
import { cacheHeaders, sendEnd } from '../submission/replies.js';
import type { Submission, Submissions } from '../submission/submissions.js';
import { CancelOnDisconnect } from './cancel-on-disconnect.js';
import { noSuchFrame } from './cursor.js';
import { type RelayTimes, StreamRelay } from './stream-relay.js';
import { StreamSlots } from './stream-slots.js';

/** Bounds of streams. Times are in ms. */
export interface StreamLimits extends RelayTimes {
  /** Largest number of streams that this process shows at once. */
  maxStreams: number;
}

/** Parts that streams are served with. */
export interface StreamsOptions {
  submissions: Submissions;
  readers: StreamReaders;
  reader: RequestReader;
  commands: RequestCommands;
  metrics: ApiMetrics;
  limits: StreamLimits;
  isStopping: () => boolean;
}

/** A call that is answered with a stream. */
export interface StreamCall {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller;
  endpoint: Endpoint;
  /** Whether the frame that has the usage alone is shown. */
  includeUsage: boolean;
}

/** A submission whose answer is a stream. */
export interface StreamSubmission {
  submission: Submission;
  isBuffered: boolean;
  /** Whether the request is canceled when the client leaves. */
  cancelsOnDisconnect: boolean;
}

/** A stored request whose stream is read. */
export interface StoredStream {
  /** UUID of the request. */
  id: string;
  model: string;
  /** Place to begin at; null for the beginning. */
  cursor: StreamCursor | null;
  /** Whether it had ended before the call. */
  wasTerminal: boolean;
  isBuffered: boolean;
}

const RETRY_AFTER_STOP_S = 1;
/** HTTP/1.0 has no chunks, without which nobody can tell a cut answer from a whole one. */
const OLD_HTTP = '1.0';

/** Answers calls with streams: those that submit a request, and those that read one. */
export class Streams {
  readonly #slots: StreamSlots;
  readonly #cancellations: CancelOnDisconnect;

  /** @param options the parts */
  constructor(private readonly options: StreamsOptions) {
    this.#slots = new StreamSlots(options.limits.maxStreams);
    this.#cancellations = new CancelOnDisconnect(options.commands, options.isStopping);
  }

  /** Ends all streams, because the process stops. */
  stop(): void {
    this.options.readers.stop();
  }

  /**
   * Accepts a request durably, or joins one, and shows its stream.
   *
   * @param call the call
   * @param submitted the submission
   * @throws ApiError when it was not accepted
   */
  async create(call: StreamCall, submitted: StreamSubmission): Promise<void> {
    const { submission, isBuffered, cancelsOnDisconnect } = submitted;
    const { readers, submissions, metrics } = this.options;
    const { caller, reply } = call;
    refuseOldHttp(call.request);
    const leave = this.#enter(caller);
    const { relay, reading } = this.relay(call, leave, {
      id: newUuid(),
      model: submission.model,
      cursor: null,
      isBuffered,
      isStored: false,
      onGone: (id) => {
        if (cancelsOnDisconnect) {
          this.#cancellations.add(caller, id);
        }
      },
    });
    readers.add(reading);
    let accepted;
    try {
      accepted = await submissions.submitStream(caller, submission, reading.id);
    } catch (error) {
      readers.remove(reading);
      relay.cancel();
      throw error;
    }
    const { request, isJoined, bySdkRetry, isHere } = accepted;
    if (isJoined) {
      metrics.resumes.inc({ by: 'key' });
    }
    if (bySdkRetry) {
      void reply.header('x-reqrun-joined', 'sdk-retry');
    }
    if (submission.policy.cache != null) {
      void reply.headers(cacheHeaders(request.cacheAgeS ?? null));
    }
    if (isJoined && isTerminal(request.status)) {
      void reply.header('idempotent-replayed', 'true');
    }
    if (reading.hasEnded) {
      if (cancelsOnDisconnect && !reply.raw.writableEnded) {
        // The client left while its request was being accepted.
        this.#cancellations.add(caller, request.id);
      }
      return;
    }
    if (request.id !== reading.id) {
      readers.move(reading, request.id);
    }
    readers.begin(reading, isHere ? 'link' : isTerminal(request.status) ? 'ended' : 'elsewhere');
  }

  /**
   * Shows the stream of a stored request.
   *
   * @param call the call
   * @param stored the request
   * @throws ApiError `too_many_waiting`, `overloaded`
   */
  show(call: StreamCall, stored: StoredStream): void {
    refuseOldHttp(call.request);
    const { readers, metrics } = this.options;
    const leave = this.#enter(call.caller);
    const { reading } = this.relay(call, leave, {
      ...stored,
      isStored: true,
      onGone: () => undefined,
    });
    if (stored.wasTerminal) {
      void call.reply.header('idempotent-replayed', 'true');
    }
    if (stored.cursor !== null) {
      metrics.resumes.inc({ by: 'cursor' });
    }
    readers.add(reading);
    readers.begin(reading, stored.wasTerminal ? 'ended' : 'elsewhere');
  }

  /** Counts a reader, as a stream and as a caller that holds its connection. */
  #enter(caller: Caller): () => void {
    const leaveSlot = this.#slots.enter(caller);
    try {
      const leaveWait = this.options.submissions.enterWait(caller);
      return () => {
        leaveSlot();
        leaveWait();
      };
    } catch (error) {
      leaveSlot();
      throw error;
    }
  }

  private relay(
    { reply, caller, endpoint, includeUsage }: StreamCall,
    leave: () => void,
    about: Omit<StoredStream, 'wasTerminal'> & {
      isStored: boolean;
      onGone: (id: string) => void;
    },
  ): { relay: StreamRelay; reading: StreamReading } {
    const { readers, metrics, limits, isStopping } = this.options;
    const began = performance.now();
    const relay: StreamRelay = new StreamRelay({
      reply,
      endpoint,
      includeUsage,
      times: limits,
      isStopping,
      model: about.model,
      headers: {},
      id: () => requestIdFromUuid(reading.id),
      isAccepted: () => reading.isCommitted,
      onDrain: () => readers.resume(reading),
      onStalled: () => metrics.stalledReaders.inc(),
      onGone: () => about.onGone(reading.id),
      onFirstFrame: () =>
        metrics.firstFrame.observe({ at: 'api' }, (performance.now() - began) / 1000),
      onEnd: (end) => {
        leave();
        readers.remove(reading);
        reading.hasEnded = true;
        if (end?.kind === 'failed') {
          metrics.streamErrors.inc({ code: end.code });
        }
      },
      answerFailure: (end) => void this.answerFailure(reply, caller, reading, end),
    });
    const { projectId, mode } = caller;
    const reading: StreamReading = new StreamReading(
      { projectId, mode },
      about.id,
      about.cursor,
      about.isBuffered,
      about.isStored,
      relay,
    );
    return { relay, reading };
  }

  /** Answers with a failure before anything was sent: as for a caller that has waited. */
  private async answerFailure(
    reply: FastifyReply,
    caller: Caller,
    { id }: StreamReading,
    end: Exclude<StreamEnd, { kind: 'completed' }>,
  ): Promise<void> {
    try {
      if (end.kind === 'stopping') {
        throw notAccepted('shutting_down', RETRY_AFTER_STOP_S);
      }
      if (end.kind === 'no_such_frame') {
        throw noSuchFrame();
      }
      const outcome = end.isTerminal
        ? await this.options.reader.get(caller, id, whenGone(reply))
        : null;
      const isRecords = outcome !== null && outcome.record.error?.code === end.code;
      if (isRecords) {
        sendEnd(reply, outcome);
        return;
      }
      outcome?.answer?.hold?.done();
      const { status, type, message } = describeErrorCode(end.code, end.httpStatus);
      void reply
        .code(status)
        .header('x-request-id', requestIdFromUuid(id))
        .header('x-should-retry', 'false')
        .header('content-type', 'application/json; charset=utf-8')
        .send(
          Buffer.from(JSON.stringify({ error: { message, type, param: null, code: end.code } })),
        );
    } catch (error) {
      sendError(reply.header('x-request-id', requestIdFromUuid(id)), toApiError(error));
    }
  }
}

function refuseOldHttp({ raw }: FastifyRequest): void {
  if (raw.httpVersion === OLD_HTTP) {
    throw new ApiError('bad_request', {
      param: 'stream',
      message: 'A stream needs HTTP/1.1. Set proxy_http_version 1.1 where nginx is in front.',
    });
  }
}
