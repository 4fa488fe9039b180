import { type ErrorDetail, requestIdFromUuid, RESPONSES } from '@reqrun/contracts';
import { MasterKeyMismatchError, UnreadableError } from '@reqrun/platform/crypto';
import { failpoint } from '@reqrun/platform/failpoints';
import type { Logger } from '@reqrun/platform/logging';
import type { CallTarget, ProjectDirectory } from '@reqrun/projects';
import {
  type EndpointModule,
  endpointModuleAt,
  OneTimeBody,
  type ProviderCall,
  type ProviderClient,
  type ProviderOutcome,
  streamModuleAt,
  type StreamOutcome,
} from '@reqrun/providers';
import type { AttemptResult, LogReader, ProviderResponses } from '@reqrun/requests';
import { DEFAULT_IDLE_TIMEOUT_MS } from '@reqrun/retry-policy';

import { asFarAsCounted, callEndOf } from '../lanes/call-end.js';
import type { LaneCall } from '../lanes/known-lane.js';
import type { CallEnd, LaneWatch } from '../lanes/lane-watch.js';
import type { WorkerMetrics } from '../metrics.js';
import type { AttemptTelemetry } from '../telemetry/attempt-telemetry.js';
import { AttemptStream, type StreamParts } from './attempt-stream.js';
import { idsOf } from './attempt-reporter.js';
import { BackgroundCalls } from './background-call.js';
import { BackgroundStreams } from './background-stream.js';
import { type ResponseLost, RunningResponses } from './running-responses.js';
import type { CallContent, CallContents } from './call-contents.js';
import { msUntilDeadline, type RunningAttempt } from './in-flight.js';
import { failedWithoutCall, toAttemptResult, withoutProvider } from './attempt-result.js';
import { pause } from './pause.js';

/** Parts that make provider calls. */
export interface ProviderCallsOptions {
  provider: ProviderClient;
  contents: CallContents;
  projects: ProjectDirectory;
  responses: ProviderResponses;
  /** Reads the logs that are written on. */
  logs: LogReader;
  streams: StreamParts;
  /** Watches how the calls of each provider and model fare. */
  lanes: Pick<LaneWatch, 'begun' | 'ended' | 'enter'>;
  /** Null where there is no collector. */
  telemetry: AttemptTelemetry | null;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** Result of a call, or the reason for making none. */
export type CallResult =
  | { kind: 'ended'; end: AttemptResult }
  /** The response of an earlier attempt can't be had any more. */
  | { kind: 'response-lost'; detail: ErrorDetail }
  | { kind: 'gave-up' }
  | { kind: 'put-back'; called: boolean };

/** Content and target of a call. */
interface Prepared {
  content: CallContent | null;
  target: CallTarget | null;
}

/** Pause before a request that could not be called is put back, in ms: the database may be away. */
const PAUSE_BEFORE_PUT_BACK_MS = 1_000;

/** Outcomes of a call whose response may still run, since its end was not seen. */
const MAY_RUN_ON: ReadonlySet<string> = new Set(['aborted', 'timeout', 'invalid_response']);

/** Makes the one provider call of an attempt: opens the content, calls, decides what follows. */
export class ProviderCalls {
  private readonly background: BackgroundCalls;
  private readonly backgroundStreams: BackgroundStreams;

  /** @param options the parts */
  constructor(private readonly options: ProviderCallsOptions) {
    const running = new RunningResponses(options);
    this.background = new BackgroundCalls({ ...options, running });
    this.backgroundStreams = new BackgroundStreams({ ...options, running });
  }

  /**
   * Makes the call of an attempt.
   *
   * @param running the attempt; its `called` is set when the provider may have got the call
   */
  async make(running: RunningAttempt): Promise<CallResult> {
    const { claim, abort } = running;
    const prepared = await this.prepare(running);
    if ('kind' in prepared) {
      return prepared;
    }
    const { content, target } = prepared;
    const entered = this.enterLane(running, prepared);
    // No promise where nothing waits, which is the usual way.
    const lane = entered instanceof Promise ? await entered : entered;
    if (lane === 'slowed') {
      dropLarge(content);
      return running.abort.aborted && !running.releasing
        ? { kind: 'gave-up' }
        : { kind: 'put-back', called: false };
    }
    const { telemetry } = this.options;
    if (telemetry !== null) {
      running.report = telemetry.begin(claim, running.startedAt, content?.trace, target);
    }
    const endpoint = endpointModuleAt(claim.endpoint);
    if (target === null) {
      dropLarge(content);
      return { kind: 'ended', end: withoutProvider(claim, 'provider_not_configured', null) };
    }
    if (content === null || abort.aborted) {
      if (lane !== null) {
        this.options.lanes.ended(lane, null);
      }
      dropLarge(content);
      return running.releasing ? { kind: 'put-back', called: false } : { kind: 'gave-up' };
    }
    if (endpoint === null) {
      // A newer version has accepted it, and its workers know how to judge the answer.
      dropLarge(content);
      this.options.logger.warn('attempt.endpoint_unknown', idsOf(claim));
      await pause(PAUSE_BEFORE_PUT_BACK_MS, abort);
      return { kind: 'put-back', called: false };
    }
    failpoint('call.before');
    running.called = true;
    const startedAt = performance.now();
    if (claim.response !== undefined) {
      dropLarge(content);
    }
    const { identity, streamUsage, credential, ...where } = target;
    const call = {
      ...where,
      model: claim.model,
      path: claim.endpoint,
      body: content.body,
      headers:
        running.report === null
          ? content.headers
          : { ...content.headers, ...running.report.headers },
      idempotencyKey: `${requestIdFromUuid(claim.id)}-${claim.callNumber}`,
      timeoutMs: Math.max(1, Math.min(claim.policy.callTimeoutMs, msUntilDeadline(running))),
      idleTimeoutMs: claim.policy.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      owner: claim.projectId,
      signal: abort,
    };
    let seen: CallEnd | null = null;
    let outcome: ProviderOutcome | StreamOutcome | ResponseLost;
    try {
      outcome = await this.call(running, call, endpoint, {
        provider: target.provider,
        identity,
        streamUsage,
      });
      if (credential !== null && outcome.kind !== 'response_lost') {
        const end = callEndOf(claim, outcome, target.kind, Date.now());
        seen = asFarAsCounted(end, credential);
      }
    } finally {
      if (lane !== null) {
        this.options.lanes.ended(lane, seen);
      }
    }
    failpoint('call.after');
    dropLarge(content);
    this.options.metrics.callDuration.observe((performance.now() - startedAt) / 1000);
    if (outcome.kind === 'response_lost') {
      running.response = null;
      return { kind: 'response-lost', detail: outcome.detail };
    }
    if (!MAY_RUN_ON.has(outcome.kind)) {
      running.response = null;
    }
    if ('share' in outcome) {
      running.answerShare = outcome.share;
    }
    if (outcome.kind === 'aborted') {
      return running.releasing ? { kind: 'put-back', called: true } : { kind: 'gave-up' };
    }
    const end = toAttemptResult(claim, outcome, {
      provider: target.provider,
      kind: target.kind,
      msUntilDeadline: msUntilDeadline(running),
      nowMs: Date.now(),
      random: Math.random(),
    });
    running.report?.answered(end);
    return this.closeLog(running, end);
  }

  /**
   * Enters the lane of a call. A call that was claimed from a lane in trouble has its place there already, and one that
   * takes a running response up again begins nothing.
   */
  private enterLane(
    { claim, abort }: RunningAttempt,
    { content, target }: Prepared,
  ): LaneCall | null | 'slowed' | Promise<LaneCall | 'slowed'> {
    const credential = target?.credential ?? null;
    if (credential === null || content === null || endpointModuleAt(claim.endpoint) === null) {
      return null;
    }
    const { id: providerId, isDefault } = credential;
    const lane = { projectId: claim.projectId, providerId, model: claim.model, isDefault };
    const { lanes } = this.options;
    if (
      claim.lane !== undefined ||
      claim.response !== undefined ||
      credential.pacing === 'off' ||
      abort.aborted
    ) {
      return lanes.begun(lane, claim.lane);
    }
    const entered = lanes.enter(lane, abort);
    return entered instanceof Promise ? entered.then((call) => call ?? 'slowed') : entered;
  }

  /** Makes the call: as a stream, or in the background, where the request asks for it and its endpoint has that. */
  private call(
    running: RunningAttempt,
    call: Omit<ProviderCall, 'expect'>,
    expect: EndpointModule,
    {
      provider: name,
      identity,
      streamUsage,
    }: Pick<CallTarget, 'provider' | 'identity' | 'streamUsage'>,
  ): Promise<ProviderOutcome | StreamOutcome | ResponseLost> {
    const { provider, streams } = this.options;
    const { policy, endpoint } = running.claim;
    const stream = policy.stream === undefined ? null : streamModuleAt(endpoint);
    // Another endpoint has no responses, whatever its policy says.
    const isInBackground = policy.reattach === true && endpoint === RESPONSES.path;
    if (stream !== null && isInBackground) {
      return this.backgroundStreams.make(
        running,
        { ...call, identity, stream, ttftMs: policy.ttftTimeoutMs },
        name,
      );
    }
    if (stream !== null) {
      running.stream = new AttemptStream(running, name, streams);
      return provider.callStream(
        { ...call, expect, stream, ttftMs: policy.ttftTimeoutMs, usage: streamUsage },
        running.stream,
      );
    }
    return isInBackground
      ? this.background.make(running, { ...call, identity })
      : provider.call({ ...call, expect });
  }

  /** Closes the log of an attempt that has streamed, so that its end is committed with the attempt's. */
  private async closeLog(
    { stream, releasing }: RunningAttempt,
    end: AttemptResult,
  ): Promise<CallResult> {
    if (stream === null) {
      return { kind: 'ended', end };
    }
    try {
      const log = await stream.close(end.status === 'completed');
      return { kind: 'ended', end: log === undefined ? end : { ...end, stream: log } };
    } catch (error) {
      if (releasing) {
        return { kind: 'put-back', called: true };
      }
      throw error;
    }
  }

  /** Opens the content and looks up the target. */
  private async prepare({ claim, abort }: RunningAttempt): Promise<Prepared | CallResult> {
    const { contents, projects } = this.options;
    let content: CallContent | null = null;
    try {
      content = await contents.open(claim, abort);
      claim.content = undefined;
      claim.ciphertext = null;
      const providerId = claim.policy.plan?.[claim.planAt]?.providerId ?? null;
      const target = await projects.targetOf(claim.projectId, claim.mode, providerId);
      return { content, target };
    } catch (error) {
      dropLarge(content);
      if (error instanceof UnreadableError || error instanceof MasterKeyMismatchError) {
        return { kind: 'ended', end: failedWithoutCall(claim, 'payload_unreadable') };
      }
      // A request that is put back is due at once, and would fail again at once.
      await pause(PAUSE_BEFORE_PUT_BACK_MS, abort);
      return { kind: 'put-back', called: false };
    }
  }
}

/** Drops a large body that was not sent, or not completely. */
function dropLarge(content: CallContent | null): void {
  if (content?.body instanceof OneTimeBody) {
    content.body.drop();
  }
}
