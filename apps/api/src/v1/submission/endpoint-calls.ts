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

/** One call of a route: what came, what is answered, whose it is. */
export interface Call {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller;
}

/** Parts that the calls are served with. */
export interface EndpointCallsOptions {
  submissions: Submissions;
  reader: RequestReader;
  projects: ProjectDirectory;
  /** Bounds of a body's structure. */
  limits: JsonLimits;
}

/** Serves the calls of every endpoint: reading, accepting, waiting and answering are the same for all. */
export class EndpointCalls {
  /** @param options what the calls are served with */
  constructor(private readonly options: EndpointCallsOptions) {}

  /**
   * Accepts a request durably, then answers as the caller wishes.
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
    // A caller may wait for minutes: whoever needs the body holds it as long as it is needed.
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
   * @param endpoint the endpoint that it must have been made at
   * @param id the request's public id
   * @param call the call that asks
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

/** The body's bytes, which the request itself holds no longer. */
function takeBody(request: FastifyRequest): Buffer {
  const body = request.body as Buffer | undefined;
  request.body = undefined;
  return body ?? NO_BODY;
}
