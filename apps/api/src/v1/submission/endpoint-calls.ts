import { type Endpoint, uuidFromRequestId } from '@reqrun/contracts';
import type { JsonLimits } from '@reqrun/platform/json';
import type { Tracing } from '@reqrun/platform/telemetry';
import type { ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders } from '@reqrun/providers';
import type { RequestReader } from '@reqrun/requests';
import type { ProjectPolicy } from '@reqrun/retry-policy';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { whenGone } from '../../http/when-gone.js';
import { VERSION } from '../../version.js';
import type { Caller } from '../auth/caller.js';
import type { Streams } from '../streams/streams.js';
import { CallTrace } from './call-trace.js';
import { readFormBody } from './form-body.js';
import { cacheHeaders, sendEnd, sendHandle, sendOutcome, sendWaitTimeout } from './replies.js';
import { type BodyRules, readRequestBody, type RequestBody } from './request-body.js';
import { planModels } from './model-plan.js';
import { policyOf, withoutCache } from './request-policy.js';
import type { Submission, SubmissionAnswer, Submissions } from './submissions.js';
import { idempotencyKeyOf, NO_WAIT, refusesToWait, sdkRetryOf, waitOf } from './wait-preference.js';

const NO_BODY = Buffer.alloc(0);

/** A call of a route: the request, the answer and the caller. */
export interface Call {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller;
}

/** Answers a call in an endpoint's own shape. */
export type OwnAnswer = (reply: FastifyReply, answer: SubmissionAnswer) => Promise<void>;

/** Ways in which an endpoint differs from the others. */
export interface EndpointVariant {
  readonly rules: BodyRules;
  /**
   * Tells whether a call is answered at once, whatever it says of waiting.
   *
   * @param body the body as it was read
   * @throws ApiError when the body is not taken
   */
  isAnsweredAtOnce(body: RequestBody): boolean;
  /**
   * Changes a submission before it is accepted.
   *
   * @param caller the caller
   * @param body the body as it was read
   * @param submission to be changed in place
   * @param project the policy of the caller's project
   * @returns an answer of the endpoint's own shape, in place of the usual one; null for the usual one
   * @throws ApiError when the body is not taken
   */
  prepare(
    caller: Caller,
    body: RequestBody,
    submission: Submission,
    project: ProjectPolicy,
  ): Promise<OwnAnswer | null>;
}

/** Parts that the calls are served with. */
export interface EndpointCallsOptions {
  submissions: Submissions;
  streams: Streams;
  reader: RequestReader;
  projects: ProjectDirectory;
  /** Most open requests of a project that says nothing; null for no bound. */
  maxOpenRequests: number | null;
  /** Bounds of a body's structure. */
  limits: JsonLimits;
  /** Null where no traces are sent. */
  tracing: Tracing | null;
}

/** Serves the calls of all endpoints: reading, accepting, waiting and answering are the same for all. */
export class EndpointCalls {
  /** @param options the parts */
  constructor(private readonly options: EndpointCallsOptions) {}

  /**
   * Accepts a request durably, then answers at once or after a wait, as the caller has asked.
   *
   * @param endpoint the endpoint that was called
   * @param call the call
   * @param variant ways in which the endpoint differs; absent where it does not
   * @throws ApiError when the request was not accepted
   */
  async create(endpoint: Endpoint, call: Call, variant?: EndpointVariant): Promise<void> {
    const { tracing } = this.options;
    if (tracing === null) {
      return this.serve(endpoint, call, null, variant);
    }
    const trace = new CallTrace(tracing, endpoint, call);
    try {
      await this.serve(endpoint, call, trace, variant);
    } catch (error) {
      trace.failed(error);
      throw error;
    }
  }

  private async serve(
    endpoint: Endpoint,
    { request, reply, caller }: Call,
    trace: CallTrace | null,
    variant?: EndpointVariant,
  ): Promise<void> {
    const { limits, projects, submissions } = this.options;
    let body: RequestBody | Promise<RequestBody> | null =
      endpoint.form === undefined
        ? readRequestBody(takeBody(request), endpoint, limits, variant?.rules)
        : readFormBody(takeBody(request), request.headers['content-type'], endpoint);
    if (body instanceof Promise) {
      body = await body;
    }
    const settings = await projects.settingsOf(caller.projectId);
    if (settings === null) {
      throw new ApiError('invalid_api_key');
    }
    const wait =
      variant?.isAnsweredAtOnce(body) === true ? NO_WAIT : waitOf(request, body.own, settings);
    const shows = body.stream && !refusesToWait(request, body.own);
    const { plan, fallbackParams } = planModels(
      endpoint,
      caller.mode,
      settings,
      body.model,
      body.fallbacks?.given,
      body.fallbacks?.param ?? 'fallbacks',
    );
    const submission: Submission = {
      endpoint: endpoint.path,
      model: body.model,
      idempotencyKey: idempotencyKeyOf(request, body.own),
      metadata: body.metadata,
      policy: policyOf(
        // Files are not compared, so an upload does not use the cache, whatever its project says.
        endpoint.form === undefined ? settings.policy : withoutCache(settings.policy),
        body.own,
        plan,
        wait.ms > 0 || shows,
        body.stream,
      ),
      body: body.forwarded,
      parts: body.form?.parts ?? null,
      headers: {
        ...forwardedHeaders(VERSION, request.headers),
        // Stored with the body, so that every attempt has the boundary.
        ...(body.form === undefined ? {} : { 'content-type': body.form.contentType }),
      },
      ...(fallbackParams !== undefined && { fallbackParams }),
      sdkRetry: settings.joinSdkRetries ? sdkRetryOf(request) : null,
      maxOpen: settings.maxOpenRequests ?? this.options.maxOpenRequests ?? undefined,
      waitMs: wait.ms,
      gone: whenGone(reply),
      hasStreamMembers: body.hasStreamMembers,
      trace,
    };
    const ownAnswer = (await variant?.prepare(caller, body, submission, settings.policy)) ?? null;
    if (shows) {
      const { includeUsage, own } = body;
      body = null;
      await this.options.streams.create(
        { request, reply, caller, endpoint, includeUsage },
        {
          submission,
          isBuffered: own.stream_mode === 'buffered',
          cancelsOnDisconnect: own.cancel_on_disconnect === true,
        },
      );
      return;
    }
    const usesCache = submission.policy.cache != null;
    // A caller may wait for minutes: whoever needs the body holds it as long as it is needed.
    body = null;
    const answer = await submissions.submit(caller, submission);
    if (answer.bySdkRetry) {
      void reply.header('x-reqrun-joined', 'sdk-retry');
    }
    if (usesCache) {
      describeCaching(reply, answer);
    }
    if (ownAnswer !== null) {
      await ownAnswer(reply, answer);
      return;
    }
    if (answer.kind === 'pending') {
      if (wait.isAuto) {
        sendWaitTimeout(reply, answer.request);
      } else {
        sendHandle(reply, endpoint, answer.request);
      }
      return;
    }
    if (answer.replayed) {
      void reply.header('idempotent-replayed', 'true');
    }
    sendEnd(reply, answer.outcome);
  }

  /**
   * Answers for a request as its own call would have been answered.
   *
   * @param endpoint the endpoint that it must have been sent to
   * @param id public id of the request
   * @param call the call
   * @throws ApiError `request_not_found`
   */
  async retrieve(
    endpoint: Endpoint,
    id: string,
    { reply, caller }: Omit<Call, 'request'>,
  ): Promise<void> {
    const uuid = uuidFromRequestId(id);
    const outcome =
      uuid === null ? null : await this.options.reader.get(caller, uuid, whenGone(reply));
    if (outcome?.record.endpoint !== `/v1${endpoint.path}`) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    sendOutcome(reply, endpoint, outcome);
  }
}

/** Says whether an answer came from the cache, and how old it is. */
function describeCaching(reply: FastifyReply, answer: SubmissionAnswer): void {
  const age =
    answer.kind === 'ended' ? answer.outcome.cacheAgeS : (answer.request.cacheAgeS ?? null);
  void reply.headers(cacheHeaders(age));
}

/** Takes the bytes of the body out of the request, so that it no longer holds them. */
function takeBody(request: FastifyRequest): Buffer {
  const body = request.body as Buffer | undefined;
  request.body = undefined;
  return body ?? NO_BODY;
}
