/** A place in a trace, as it travels: the headers of W3C Trace Context. */
export interface TraceContext {
  readonly traceparent: string;
  /** State of other systems that take part in the trace; absent where there is none. */
  readonly tracestate?: string | undefined;
}

/** Role of a span: it serves a caller, calls another server, or does neither. */
export type SpanRole = 'client' | 'internal' | 'server';

/** Values of a span, by the names of the semantic conventions. Undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, boolean | number | string | undefined>>;

/** A span that has begun. */
export interface TracedSpan {
  /** Whether it is recorded. Attributes of one that is not cost time for nothing. */
  readonly isRecorded: boolean;
  /** Its place, for what follows from it here and elsewhere. */
  readonly context: TraceContext;
  /**
   * Sets attributes.
   *
   * @param attributes the attributes
   */
  set(attributes: SpanAttributes): void;
  /**
   * Marks it as failed.
   *
   * @param errorType a code of ours or a status, never text from outside
   */
  fail(errorType: string): void;
  /**
   * Ends it.
   *
   * @param atMs time of the end, in Unix ms; now by default
   */
  end(atMs?: number): void;
}

/** Start of a span. */
export interface SpanStart {
  readonly role: SpanRole;
  /** The place that it follows from; null begins a trace. */
  readonly parent: TraceContext | null;
  readonly attributes?: SpanAttributes | undefined;
  /** Unix ms; now by default. */
  readonly startedAtMs?: number | undefined;
}

/** Records spans. */
export interface Tracing {
  /** Whether the context of callers is taken up, and is sent on to providers. */
  readonly propagates: boolean;
  /**
   * Begins a span.
   *
   * @param name name of few values, never an id
   * @param start its role, its place and its attributes
   */
  begin(name: string, start: SpanStart): TracedSpan;
}

/** Distribution of values, such as durations. */
export interface Distribution {
  /**
   * Adds a value.
   *
   * @param value the value, in the unit of the distribution
   * @param attributes what it belongs to
   */
  record(value: number, attributes: SpanAttributes): void;
}

/** Name, unit and buckets of a distribution. */
export interface DistributionSpec {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Upper bounds of the buckets, ascending. */
  readonly buckets: readonly number[];
}

/** Connection of a process to its collector. */
export interface Telemetry {
  /** Null where no traces are sent. */
  readonly tracing: Tracing | null;
  /**
   * Creates a distribution that is sent with the metrics.
   *
   * @param spec its name, unit and buckets
   * @returns null where no metrics are sent
   */
  distribution(spec: DistributionSpec): Distribution | null;
  /** Sends what is left, within a time limit, and stops. */
  close(): Promise<void>;
}

/** Telemetry of a process that sends nothing. */
export const NO_TELEMETRY: Telemetry = {
  tracing: null,
  distribution: () => null,
  close: () => Promise.resolve(),
};
