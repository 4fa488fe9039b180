import { requestIdFromUuid } from '@reqrun/contracts';
import type {
  Distribution,
  SpanAttributes,
  Telemetry,
  TraceContext,
  TracedSpan,
  Tracing,
} from '@reqrun/platform/telemetry';
import type { CallTarget } from '@reqrun/projects';
import type { AttemptResult, Claim, CommitResult } from '@reqrun/requests';

import {
  callAttributes,
  OPERATION_DURATION,
  operationOf,
  providerAttributes,
  TOKEN_USAGE,
  tokensOf,
} from './gen-ai.js';

/** Reporter of attempts to a collector, besides log and metrics. */
export class AttemptTelemetry {
  private readonly duration: Distribution | null;
  private readonly tokens: Distribution | null;

  /** @param telemetry what the process sends to a collector */
  constructor(private readonly telemetry: Telemetry) {
    this.duration = telemetry.distribution(OPERATION_DURATION);
    this.tokens = telemetry.distribution(TOKEN_USAGE);
  }

  /** Whether there is a collector. */
  get isOn(): boolean {
    return this.telemetry.tracing !== null || this.duration !== null;
  }

  /**
   * Begins to report on an attempt.
   *
   * @param claim the attempt
   * @param claimedAt `performance.now()` at the claim
   * @param parent the place of the accepting call in its trace; undefined where none was recorded
   * @param target the provider that is called; null where none can be
   */
  begin(
    claim: Claim,
    claimedAt: number,
    parent: TraceContext | undefined,
    target: CallTarget | null,
  ): AttemptReport {
    const { tracing } = this.telemetry;
    return new AttemptReport(
      { claim, target, startedAt: performance.now() },
      tracing === null ? null : beginSpans(tracing, claim, claimedAt, parent ?? null, target),
      this.duration === null ? null : { duration: this.duration, tokens: this.tokens },
    );
  }
}

/** The attempt that is reported. */
interface Reported {
  readonly claim: Claim;
  readonly target: CallTarget | null;
  /** `performance.now()` at the call. */
  readonly startedAt: number;
}

/** Spans of an attempt: its call, then the commit of its end. */
interface AttemptSpans {
  readonly tracing: Tracing;
  readonly parent: TraceContext | null;
  readonly call: TracedSpan;
  finish: TracedSpan | null;
}

/** Metrics of calls. */
interface CallMetrics {
  readonly duration: Distribution;
  readonly tokens: Distribution | null;
}

/** Reports one attempt: its spans, and the metrics of its call. Never its content. */
export class AttemptReport {
  private isOpen = true;

  /**
   * @param attempt the attempt
   * @param spans its spans; null where no traces are sent
   * @param metrics the metrics of calls; null where none are sent
   */
  constructor(
    private readonly attempt: Reported,
    private readonly spans: AttemptSpans | null,
    private readonly metrics: CallMetrics | null,
  ) {}

  /** Headers that place the provider's part in the trace. */
  get headers(): Record<string, string> {
    if (this.spans?.tracing.propagates !== true) {
      return {};
    }
    const { traceparent, tracestate } = this.spans.call.context;
    return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
  }

  /** Reports the first frame of a stream that says something. */
  saidFirst(): void {
    if (this.spans?.call.isRecorded === true) {
      const seconds = (performance.now() - this.attempt.startedAt) / 1000;
      this.spans.call.set({ 'gen_ai.response.time_to_first_chunk': seconds });
    }
  }

  /**
   * Reports the end of the call, and begins to report its commit. Only the first end counts.
   *
   * @param end the end that is to be committed
   */
  answered(end: AttemptResult): void {
    if (!this.isOpen) {
      return;
    }
    this.isOpen = false;
    const tokens = tokensOf(end.usage);
    const { spans } = this;
    if (spans?.call.isRecorded === true) {
      spans.call.set({
        'http.response.status_code': end.httpStatus ?? undefined,
        'gen_ai.usage.input_tokens': tokens.input,
        'gen_ai.usage.output_tokens': tokens.output,
        'reqrun.decision': end.decision.action,
        'reqrun.decision.reason': end.decision.reason,
        'reqrun.retry.delay_ms': end.decision.delay_ms ?? undefined,
      });
      if (end.errorCode !== null) {
        spans.call.fail(end.errorCode);
      }
      spans.call.end();
      spans.finish = spans.tracing.begin('finish', {
        ...{ role: 'internal', parent: spans.parent },
        attributes: idsOf(this.attempt.claim),
      });
    }
    this.measure(end.errorCode, tokens);
  }

  /**
   * Reports that the end is committed.
   *
   * @param outcome the committed outcome
   */
  committed(outcome: CommitResult): void {
    const finish = this.spans?.finish;
    finish?.set({ 'reqrun.status': outcome.kind === 'fenced' ? 'fenced' : outcome.status });
    finish?.end();
  }

  /**
   * Ends what is still open, of an attempt that came to no end of its own.
   *
   * @param errorType what became of it
   */
  close(errorType: string): void {
    if (this.isOpen) {
      this.isOpen = false;
      this.spans?.call.fail(errorType);
      this.spans?.call.end();
    }
  }

  private measure(errorType: string | null, { input, output }: ReturnType<typeof tokensOf>): void {
    const { claim, target, startedAt } = this.attempt;
    if (this.metrics === null || target === null) {
      return;
    }
    const attributes = callAttributes(claim, target);
    this.metrics.duration.record(
      (performance.now() - startedAt) / 1000,
      errorType === null ? attributes.call : { ...attributes.call, 'error.type': errorType },
    );
    if (input !== undefined) {
      this.metrics.tokens?.record(input, attributes.input);
    }
    if (output !== undefined) {
      this.metrics.tokens?.record(output, attributes.output);
    }
  }
}

const idsOf = ({ id, attempt, round }: Claim): SpanAttributes => ({
  'reqrun.request_id': requestIdFromUuid(id),
  'reqrun.attempt': attempt,
  'reqrun.round': round,
});

function beginSpans(
  tracing: Tracing,
  claim: Claim,
  claimedAt: number,
  parent: TraceContext | null,
  target: CallTarget | null,
): AttemptSpans {
  const operation = operationOf(claim.endpoint);
  // By the clock of the call's own start, which counts whole milliseconds: the claim ends before the call begins.
  const claimedAtMs = Date.now() - Math.max(0, performance.now() - claimedAt);
  const call = tracing.begin(`${operation} ${claim.model}`, {
    ...{ role: 'client', parent },
    attributes: { 'gen_ai.operation.name': operation, 'gen_ai.request.model': claim.model },
  });
  if (call.isRecorded) {
    call.set({
      ...idsOf(claim),
      ...(target !== null && { ...providerAttributes(target), 'reqrun.provider': target.provider }),
      ...(claim.policy.stream !== undefined && { 'gen_ai.request.stream': true }),
      ...(claim.planAt > 0 && { 'reqrun.fallback': claim.planAt }),
      // Its call repeats that of an attempt which was lost.
      ...(claim.callNumber < claim.attempt && { 'reqrun.repeats_call': true }),
    });
    tracing
      .begin('claim', {
        ...{ role: 'internal', parent },
        startedAtMs: claimedAtMs - Math.max(0, claim.claimLagMs),
        attributes: idsOf(claim),
      })
      .end(claimedAtMs);
  }
  return { tracing, parent, call, finish: null };
}
