import {
  type AttributeValue,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';

import type {
  SpanAttributes,
  SpanRole,
  SpanStart,
  TraceContext,
  TracedSpan,
  Tracing,
} from './telemetry.js';

const KINDS: Readonly<Record<SpanRole, SpanKind>> = {
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
};

/**
 * Records spans with a tracer of the SDK. Their places are handed on explicitly: an API call and its attempts run in
 * different processes, and a context that follows every promise would cost each request.
 */
export class SdkTracing implements Tracing {
  /**
   * @param tracer the tracer
   * @param propagates whether the context of callers is taken up, and is sent on
   * @param followsParent whether nothing is recorded that follows from what is not recorded
   */
  constructor(
    private readonly tracer: Tracer,
    readonly propagates: boolean,
    private readonly followsParent: boolean,
  ) {}

  begin(name: string, { role, parent, attributes, startedAtMs }: SpanStart): TracedSpan {
    if (this.followsParent && parent !== null && !isRecorded(parent)) {
      return new UnrecordedSpan(parent);
    }
    const context =
      parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));
    const options = {
      kind: KINDS[role],
      ...(attributes !== undefined && { attributes: { ...attributes } }),
      ...(startedAtMs !== undefined && { startTime: startedAtMs }),
    };
    return new SdkSpan(this.tracer.startSpan(name, options, context));
  }
}

class SdkSpan implements TracedSpan {
  constructor(private readonly span: Span) {}

  get isRecorded(): boolean {
    return this.span.isRecording();
  }

  get context(): TraceContext {
    const { traceId, spanId, traceFlags, traceState } = this.span.spanContext();
    const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
    const tracestate = traceState?.serialize() ?? '';
    return tracestate === '' ? { traceparent } : { traceparent, tracestate };
  }

  set(attributes: SpanAttributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) {
        this.span.setAttribute(name, value satisfies AttributeValue);
      }
    }
  }

  fail(errorType: string): void {
    this.span.setAttribute('error.type', errorType);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(atMs?: number): void {
    this.span.end(atMs);
  }
}

/**
 * A span that follows from one that is not recorded. The sampler would come to the same end, and an id of its own would
 * name nothing: the place of its parent is handed on, as W3C Trace Context allows those who record nothing.
 */
class UnrecordedSpan implements TracedSpan {
  readonly isRecorded = false;

  constructor(readonly context: TraceContext) {}

  set(): void {
    // Nothing is recorded.
  }

  fail(): void {
    // Nothing is recorded.
  }

  end(): void {
    // Nothing is recorded.
  }
}

/** Tells whether a place was recorded: the lowest bit of the flags, which come last. */
const isRecorded = ({ traceparent }: TraceContext): boolean =>
  (Number.parseInt(traceparent.slice(-1), 16) & 1) === 1;

/** The fields of a `traceparent`, which was checked where it came in. */
function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext {
  const [, traceId = '', spanId = '', flags = '0'] = traceparent.split('-');
  return {
    ...{ traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true },
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
}
