import { type Endpoint, requestIdFromUuid } from '@reqrun/contracts';
import { contextOfCaller, type TraceContext, type TracedSpan } from '@reqrun/platform/telemetry';
import type { Tracing } from '@reqrun/platform/telemetry';
import type { Acceptance } from '@reqrun/requests';

import { toApiError } from '../../http/to-api-error.js';
import type { Call } from './endpoint-calls.js';

/** Outcome of accepting a request, as far as a trace tells of it. */
interface Accepted {
  readonly acceptance: Exclude<Acceptance, { kind: 'conflict' | 'full' }>;
  readonly bySdkRetry: boolean;
}

/**
 * The trace of a call that submits a request: a span of the whole call, until its answer is sent, and one of
 * accepting. The spans of the worker follow from the former. They hold no content.
 */
export class CallTrace {
  /** Place of the call, which is kept with the request. */
  readonly context: TraceContext;
  private readonly call: TracedSpan;
  private errorCode: string | null = null;

  /**
   * @param tracing records spans
   * @param endpoint the endpoint that was called
   * @param call the call
   */
  constructor(
    private readonly tracing: Tracing,
    endpoint: Endpoint,
    { request, reply, caller }: Call,
  ) {
    const route = `/v1${endpoint.path}`;
    this.call = tracing.begin(`POST ${route}`, {
      role: 'server',
      parent: tracing.propagates ? contextOfCaller(request.headers) : null,
      startedAtMs: Date.now() - reply.elapsedTime,
      attributes: { 'http.request.method': 'POST', 'http.route': route },
    });
    this.context = this.call.context;
    if (this.call.isRecorded) {
      this.call.set({
        'url.path': route,
        'url.scheme': request.protocol,
        'reqrun.project_id': caller.projectId,
        'reqrun.mode': caller.mode,
      });
      reply.raw.once('close', () => this.end(reply.raw));
    }
  }

  /**
   * Accepts a request under a span.
   *
   * @param work accepts it
   * @throws whatever the work throws
   */
  async accepting<A extends Accepted>(work: () => Promise<A>): Promise<A> {
    if (!this.call.isRecorded) {
      return work();
    }
    const span = this.tracing.begin('accept', { role: 'internal', parent: this.context });
    try {
      const accepted = await work();
      const told = describe(accepted);
      span.set(told);
      this.call.set(told);
      return accepted;
    } catch (error) {
      span.fail(toApiError(error).code);
      throw error;
    } finally {
      span.end();
    }
  }

  /**
   * Notes the error that the call is answered with.
   *
   * @param error the thrown value
   */
  failed(error: unknown): void {
    this.errorCode = toApiError(error).code;
  }

  private end({
    statusCode,
    writableFinished,
  }: Readonly<{ statusCode: number; writableFinished: boolean }>): void {
    const { call, errorCode } = this;
    if (writableFinished) {
      call.set({ 'http.response.status_code': statusCode });
    } else {
      call.set({ 'reqrun.client_gone': true });
    }
    if (errorCode !== null) {
      call.set({ 'error.type': errorCode });
    }
    // An error of the caller is none of the server's, as the conventions for HTTP say.
    if (writableFinished && statusCode >= 500) {
      call.fail(errorCode ?? String(statusCode));
    }
    call.end();
  }
}

function describe({ acceptance, bySdkRetry }: Accepted): Record<string, boolean | string> {
  const { kind, request } = acceptance;
  return {
    'reqrun.request_id': requestIdFromUuid(request.id),
    'gen_ai.request.model': request.model,
    ...(kind === 'joined' && { 'reqrun.joined': bySdkRetry ? 'sdk_retry' : 'idempotency_key' }),
    ...(request.cacheAgeS !== undefined && { 'reqrun.cache': 'hit' }),
    ...(request.follows === true && { 'reqrun.cache': 'followed' }),
  };
}
