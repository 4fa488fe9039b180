import { UnreadableError } from '@reqrun/platform/crypto';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import {
  backgroundResponse,
  finalOutcome,
  type ProviderClient,
  type ProviderOutcome,
  type ProviderStreamCall,
  type StreamOutcome,
} from '@reqrun/providers';
import type { LogEnd, LogReader, ProviderResponses, RunningResponse } from '@reqrun/requests';
import { mendsWithTime } from '@reqrun/retry-policy';

import { idsOf } from './attempt-reporter.js';
import { AttemptStream, type StreamParts } from './attempt-stream.js';
import type { RunningAttempt } from './in-flight.js';
import { pause } from './pause.js';
import {
  type BackgroundCall,
  LOST_STATUSES,
  type ResponseLost,
  type RunningResponses,
  untilDone,
  withMembers,
} from './running-responses.js';

/** Parts that streams of responses in the background are read with. */
export interface BackgroundStreamsOptions {
  provider: ProviderClient;
  running: RunningResponses;
  responses: ProviderResponses;
  /** Reads the logs that are written on. */
  logs: LogReader;
  streams: StreamParts;
  logger: Logger;
}

/** A call for a stream, with the identity of its target. */
export type BackgroundStreamCall = BackgroundCall & Pick<ProviderStreamCall, 'stream' | 'ttftMs'>;

/** End of an attempt: of a stream, or of a response that was polled. */
type Ended = StreamOutcome | ProviderOutcome | ResponseLost;

/** The stream of an attempt, and its limits. */
interface Following {
  readonly running: RunningAttempt;
  readonly call: BackgroundStreamCall;
  readonly stream: AttemptStream;
  /** `performance.now()` at which the time of the call is up. */
  readonly endsAt: number;
  /** The same for the first frame that says something. */
  readonly ttftEndsAt: number;
}

/** Consequence of the end of a connection: the attempt ends, the stream is taken up again, or the response is polled. */
type Next = Ended | 'again' | 'poll';

/** Members that the body of a call has, whatever the caller wrote. */
const IN_BACKGROUND = { background: 'true', store: 'true', stream: 'true' };
/** Pauses before the tries to take a stream up again, in ms. A try that brings a frame begins them anew. */
const AGAIN_MS = [0, 250, 500, 1_000, 2_000];

/**
 * Reads streams of responses that the provider generates in the background and keeps. A broken connection is no failure:
 * the stream is taken up behind its last frame, by this worker or, where it is lost, by the next, in the same log. The
 * id of the response is committed before a frame is.
 */
export class BackgroundStreams {
  /** @param options the parts */
  constructor(private readonly options: BackgroundStreamsOptions) {}

  /**
   * Begins a response, or re-attaches to the one that a lost attempt has left, and reads its stream to the end.
   *
   * @param running the attempt; its `response` is set while a response may run at the provider, and its `stream` while
   *   it writes a log
   * @param call the call; its timeout is that of the whole response
   * @param provider name of the provider
   */
  async make(
    running: RunningAttempt,
    call: BackgroundStreamCall,
    provider: string,
  ): Promise<Ended> {
    const now = performance.now();
    const limits = {
      endsAt: now + call.timeoutMs,
      ttftEndsAt: now + Math.min(call.ttftMs ?? call.timeoutMs, call.timeoutMs),
    };
    const { claim } = running;
    const { response } = claim;
    if (response === undefined) {
      const stream = this.streamOf(running, call, provider, null);
      return this.begin({ running, call, stream, ...limits });
    }
    if (response.target !== call.identity) {
      return { kind: 'response_lost', detail: 'provider_changed' };
    }
    running.response = response;
    const end = response.log === undefined ? null : await this.endOf(running, response.log);
    if (running.abort.aborted) {
      return { kind: 'aborted' };
    }
    const stream = this.streamOf(running, call, provider, end);
    this.options.logger.info('attempt.reattached', { ...idsOf(claim), frames: stream.count });
    return this.follow({ running, call, stream, ...limits }, response);
  }

  private streamOf(
    running: RunningAttempt,
    call: BackgroundStreamCall,
    provider: string,
    end: LogEnd | null,
  ): AttemptStream {
    const stream = new AttemptStream(running, provider, this.options.streams, {
      end,
      keep: (id) => this.keep(running, { id, target: call.identity }, call),
    });
    running.stream = stream;
    return stream;
  }

  /** Commits the id of a response; one that this attempt re-attaches to has its id committed with the claim. */
  private async keep(
    running: RunningAttempt,
    response: RunningResponse,
    call: BackgroundStreamCall,
  ): Promise<boolean> {
    if (running.response !== null) {
      return true;
    }
    running.response = response;
    if (await this.options.running.keep(running, response)) {
      return true;
    }
    // Nobody else knows of it.
    running.response = null;
    running.abort.abort();
    await this.options.running.cancel(response, call);
    return false;
  }

  private async begin(following: Following): Promise<Ended> {
    const { running, call, stream } = following;
    const body = await withMembers(call.body, IN_BACKGROUND);
    const outcome = await this.options.provider.callStream(
      { ...call, body, expect: backgroundResponse, makesUp: false },
      stream,
    );
    if (isPlain(outcome) && outcome.answerId !== null) {
      // A provider that answers with the response itself, which may still run.
      stream.answerId(outcome.answerId);
    }
    if (!(await stream.idIsKept)) {
      return { kind: 'aborted' };
    }
    const { response } = running;
    if (response === null) {
      return ended(outcome);
    }
    const next = nextAfter(outcome, following);
    return next === 'again' || next === 'poll' ? this.follow(following, response, next) : next;
  }

  /** Reads the stream on until it is whole, or can't be had any more. */
  private async follow(
    following: Following,
    response: RunningResponse,
    first: 'again' | 'poll' = 'again',
  ): Promise<Ended> {
    const { running, stream } = following;
    let next: Next = first;
    for (let tries = 0; next === 'again' && tries < AGAIN_MS.length; tries += 1) {
      await pause(AGAIN_MS[tries] ?? 0, running.abort);
      const before = stream.count;
      next = nextAfter(await this.resume(following, response), following);
      if (stream.count > before) {
        tries = -1;
      }
    }
    return next === 'again' || next === 'poll' ? this.pollInstead(following, response) : next;
  }

  private resume(
    { running, call, stream, endsAt, ttftEndsAt }: Following,
    { id }: RunningResponse,
  ): Promise<StreamOutcome> {
    const now = performance.now();
    if (running.abort.aborted) {
      return Promise.resolve({ kind: 'aborted' });
    }
    return this.options.provider.resumeStream(
      {
        ...{ baseUrl: call.baseUrl, apiKey: call.apiKey, headers: call.headers },
        ...{ kind: call.kind, apiVersion: call.apiVersion, owner: call.owner },
        ...{ stream: call.stream, signal: call.signal, expect: backgroundResponse },
        path: `${call.path}/${id}`,
        timeoutMs: Math.max(1, endsAt - now),
        ttftMs: Math.max(1, ttftEndsAt - now),
        idleTimeoutMs: call.idleTimeoutMs,
        resumes: { answerId: id, frames: stream.count, hasSaid: stream.hasSaid },
      },
      stream,
    );
  }

  /** Waits for the end of a response whose stream can't be had: its log ends where it is. */
  private async pollInstead(
    { running, call, stream, endsAt }: Following,
    response: RunningResponse,
  ): Promise<Ended> {
    const { responses, logger } = this.options;
    const { claim } = running;
    logger.info('attempt.stream_left', { ...idsOf(claim), frames: stream.count });
    const log = await stream.leaveLog();
    if (log !== null) {
      const isClosed = await this.untilDone(running, () =>
        responses.closeLog(claim, log, response.id),
      );
      if (isClosed !== true) {
        return { kind: 'aborted' };
      }
    }
    stream.end();
    running.stream = null;
    return this.options.running.poll(running, response, call, endsAt, 0);
  }

  /** Reads where the log of the lost attempt ends; one that can't be read is left, and another one begun. */
  private endOf(running: RunningAttempt, log: number): Promise<LogEnd | null> {
    const { claim } = running;
    const { projectId, id } = claim;
    return this.untilDone(running, () =>
      this.options.logs.endOf({ projectId, id, log }).catch((error: unknown) => {
        if (error instanceof UnreadableError) {
          return null;
        }
        throw error;
      }),
    );
  }

  /** Reads or writes the log in the table, also while the database is away for a time. */
  private untilDone<T>(running: RunningAttempt, act: () => Promise<T>): Promise<T | null> {
    return untilDone(running, act, (error) =>
      this.options.logger.warn('response.log_unavailable', {
        ...idsOf(running.claim),
        ...errorFields(error),
      }),
    );
  }
}

/** Tells what follows the end of a connection, of a response that the provider keeps. */
function nextAfter(outcome: StreamOutcome, { stream, endsAt, ttftEndsAt }: Following): Next {
  const now = performance.now();
  switch (outcome.kind) {
    case 'aborted':
      return outcome;
    case 'success':
      return isPlain(outcome) ? (finalOutcome(outcome) ?? 'poll') : outcome;
    case 'timeout':
      if (now >= endsAt || outcome.phase === 'body') {
        return { kind: 'timeout', phase: 'body' };
      }
      return outcome.phase === 'ttft' || (!stream.hasSaid && now >= ttftEndsAt) ? outcome : 'again';
    case 'invalid_response':
      return outcome.reason === 'too_large' ? outcome : 'again';
    case 'http_error':
      return afterHttpError(outcome);
    case 'network_error':
    case 'stream_truncated':
      return 'again';
  }
}

function afterHttpError(outcome: Extract<StreamOutcome, { kind: 'http_error' }>): Next {
  const { httpStatus: status, headers, isInStream } = outcome;
  if (isInStream === true) {
    return outcome;
  }
  outcome.share?.release();
  if (LOST_STATUSES.has(status)) {
    return { kind: 'response_lost', detail: 'response_gone' };
  }
  const mends = mendsWithTime({
    ...{ kind: 'http', status, headers },
    ...{ codes: [], messageSays: null, retryDelay: null },
  });
  // Any other refusal is one of the stream, such as that the response is too old for it.
  return mends ? 'again' : 'poll';
}

/** The end of an attempt whose call has left nothing at the provider. */
const ended = (outcome: StreamOutcome): Ended =>
  isPlain(outcome) ? (finalOutcome(outcome) ?? withoutId(outcome)) : outcome;

const isPlain = (outcome: StreamOutcome): outcome is Extract<StreamOutcome, { kind: 'success' }> =>
  outcome.kind === 'success' && outcome.madeUp;

/** A response that runs and can't be asked for. */
function withoutId(outcome: Extract<StreamOutcome, { kind: 'success' }>): StreamOutcome {
  const { httpStatus, headers, providerRequestId, share } = outcome;
  share?.release();
  return {
    ...{ kind: 'invalid_response', reason: 'wrong_shape' },
    ...{ httpStatus, headers, providerRequestId },
  };
}
