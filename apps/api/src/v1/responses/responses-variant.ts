import { requestIdFromUuid, uuidFromRequestId } from '@reqrun/contracts';
import { replaceMember } from '@reqrun/platform/json';
import type { ResponseIds } from '@reqrun/requests';
import type { ProjectPolicy } from '@reqrun/retry-policy';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import type { Caller } from '../auth/caller.js';
import type { EndpointVariant, OwnAnswer } from '../submission/endpoint-calls.js';
import { send } from '../submission/replies.js';
import type { RequestBody } from '../submission/request-body.js';
import type { Submission, SubmissionAnswer } from '../submission/submissions.js';
import { factsOfAccepted, responseObject } from './response-object.js';
import { sendResponse } from './send-response.js';

const POLL_AFTER_MS = '1000';

/** Ways in which `POST /v1/responses` differs: background mode, and ids of earlier responses. */
export class ResponsesVariant implements EndpointVariant {
  readonly rules = {
    // Our queue is the background: with it the mode works at every provider.
    removed: new Set(['background']),
    inspected: new Set(['background', 'previous_response_id', 'conversation', 'store']),
  };

  /** @param ids knows the providers' ids of requests */
  constructor(private readonly ids: ResponseIds) {}

  isAnsweredAtOnce({ inspected: { background }, stream }: RequestBody): boolean {
    if (stream && background === true) {
      // The connection stays and shows the events.
      return false;
    }
    if (background === undefined || background === null || typeof background === 'boolean') {
      return background === true;
    }
    throw new ApiError('invalid_value', {
      param: 'background',
      message: 'background must be true or false.',
    });
  }

  async prepare(
    caller: Caller,
    body: RequestBody,
    submission: Submission,
    project: ProjectPolicy,
  ): Promise<OwnAnswer | null> {
    const { conversation, previous_response_id: previous, store } = body.inspected;
    if (body.own.reattach ?? project.reattach ?? false) {
      if (store === false) {
        throw new ApiError('invalid_value', {
          param: 'store',
          message:
            'store must not be false with reattach, for the provider must keep the response. ' +
            'Send reattach: false for a call that must not be stored.',
        });
      }
      submission.policy = { ...submission.policy, reattach: true };
    }
    // A lost attempt may have added its items to the conversation already.
    if (conversation !== undefined && conversation !== null && body.own.on_lost === undefined) {
      submission.policy = { ...submission.policy, onLost: 'fail' };
    }
    if (typeof previous === 'string' && previous.startsWith('rr_')) {
      submission.body = await this.withProvidersId(caller, submission.body, previous);
    }
    return this.isAnsweredAtOnce(body)
      ? (reply, answer) => sendBackground(reply, answer, submission.metadata)
      : null;
  }

  /** The body with the provider's id of an earlier response in place of ours. */
  private async withProvidersId(caller: Caller, body: Buffer, id: string): Promise<Buffer> {
    const uuid = uuidFromRequestId(id);
    const known = uuid === null ? null : await this.ids.responseOf(caller, uuid);
    if (known === null) {
      throw new ApiError('previous_response_not_found', { param: 'previous_response_id' });
    }
    return replaceMember(body, 'previous_response_id', JSON.stringify(known));
  }
}

/** Answers a call in the background at once: with what there is, under our id. */
async function sendBackground(
  reply: FastifyReply,
  answer: SubmissionAnswer,
  metadata: Submission['metadata'],
): Promise<void> {
  if (answer.kind === 'ended') {
    if (answer.replayed) {
      void reply.header('idempotent-replayed', 'true');
    }
    await sendResponse(reply, answer.outcome, answer.outcome.record.id);
    return;
  }
  const { request } = answer;
  send(
    reply
      .header('location', `/v1/responses/${requestIdFromUuid(request.id)}`)
      .header('openai-poll-after-ms', POLL_AFTER_MS),
    200,
    requestIdFromUuid(request.id),
    responseObject(factsOfAccepted(request, metadata)),
  );
}
