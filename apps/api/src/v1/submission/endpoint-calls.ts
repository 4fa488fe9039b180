import { type Endpoint, uuidFromRequestId } from '@reqrun/contracts';
import type { JsonLimits } from '@reqrun/platform/json';
import type { ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders } from '@reqrun/providers';
import type { RequestReader } from '@reqrun/requests';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { whenGone } from '../../http/when-gone.js';
import { VERSION } from '../../version.js';
import type { Caller } from '../auth/caller.js';
import { sendEnd, sendHandle, sendOutcome, sendWaitTimeout } from './replies.js';
import { type BodyRules, readRequestBody, type RequestBody } from './request-body.js';
import { policyOf } from './request-policy.js';
import type { Submission, SubmissionAnswer, Submissions } from './submissions.js';
import { idempotencyKeyOf, sdkRetryOf, waitOf } from './wait-preference.js';

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
   * Changes a submission before it is accepted.
   *
   * @param caller the caller
   * @param body the body as it was read
   * @param submission to be changed in place
   * @returns an answer of the endpoint's own shape, in place of the usual one; null for the usual one
   * @throws ApiError when the body is not taken
   */
  prepare(caller: Caller, body: RequestBody, submission: Submission): Promise<OwnAnswer | null>;
}

/** Parts that the calls are served with. */
export interface EndpointCallsOptions {
  submissions: Submissions;
  reader: RequestReader;
  projects: ProjectDirectory;
  /** Bounds of a body's structure. */
  limits: JsonLimits;
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
  async create(
    endpoint: Endpoint,
    { request, reply, caller }: Call,
    variant?: EndpointVariant,
  ): Promise<void> {
    const { limits, projects, submissions } = this.options;
    let body: RequestBody | Promise<RequestBody> | null = readRequestBody(
      takeBody(request),
      endpoint,
      limits,
      variant?.rules,
    );
    if (body instanceof Promise) {
      body = await body;
    }
    const settings = await projects.settingsOf(caller.projectId);
    if (settings === null) {
      throw new ApiError('invalid_api_key');
    }
    const wait = waitOf(request, body.own, settings);
    const submission: Submission = {
      endpoint: endpoint.path,
      model: body.model,
      idempotencyKey: idempotencyKeyOf(request, body.own),
      metadata: body.metadata,
      policy: policyOf(settings.policy, body.own, wait.ms > 0),
      body: body.forwarded,
      headers: { ...forwardedHeaders(VERSION, request.headers) },
      sdkRetry: settings.joinSdkRetries ? sdkRetryOf(request) : null,
      waitMs: wait.ms,
      gone: whenGone(reply),
    };
    const ownAnswer = (await variant?.prepare(caller, body, submission)) ?? null;
    // A caller may wait for minutes: whoever needs the body holds it as long as it is needed.
    body = null;
    const answer = await submissions.submit(caller, submission);
    if (answer.bySdkRetry) {
      void reply.header('x-reqrun-joined', 'sdk-retry');
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

/** Takes the bytes of the body out of the request, so that it no longer holds them. */
function takeBody(request: FastifyRequest): Buffer {
  const body = request.body as Buffer | undefined;
  request.body = undefined;
  return body ?? NO_BODY;
}
