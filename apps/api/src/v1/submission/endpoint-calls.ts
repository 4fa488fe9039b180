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
import { sendEnd, sendHandle, sendOutcome } from './replies.js';
import { readRequestBody, type RequestBody } from './request-body.js';
import { policyOf } from './request-policy.js';
import type { Submission, Submissions } from './submissions.js';
import { idempotencyKeyOf, waitLimitMs } from './wait-preference.js';

const NO_BODY = Buffer.alloc(0);

/** A call of a route: the request, the answer and the caller. */
export interface Call {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller;
}

/** Parts that serve the calls. */
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
   * @throws ApiError when the request was not accepted
   */
  async create(endpoint: Endpoint, { request, reply, caller }: Call): Promise<void> {
    const { limits, projects, submissions } = this.options;
    let body: RequestBody | Promise<RequestBody> | null = readRequestBody(
      takeBody(request),
      endpoint,
      limits,
    );
    if (body instanceof Promise) {
      body = await body;
    }
    const settings = await projects.settingsOf(caller.projectId);
    if (settings === null) {
      throw new ApiError('invalid_api_key');
    }
    const waitMs = waitLimitMs(request, body.own, settings);
    const submission: Submission = {
      endpoint: endpoint.path,
      model: body.model,
      idempotencyKey: idempotencyKeyOf(request, body.own),
      metadata: body.metadata,
      policy: policyOf(settings.policy, body.own, waitMs > 0),
      body: body.forwarded,
      headers: { ...forwardedHeaders(VERSION, request.headers) },
      waitMs,
      gone: whenGone(reply),
    };
    // A caller may wait for minutes, so the body is not kept here.
    body = null;
    const answer = await submissions.submit(caller, submission);
    if (answer.kind === 'pending') {
      sendHandle(reply, endpoint, answer.request);
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
