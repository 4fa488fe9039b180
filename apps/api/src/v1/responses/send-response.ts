import type { RequestRecord } from '@reqrun/contracts';
import { replaceMember } from '@reqrun/platform/json';
import type { RequestOutcome, RequestResult } from '@reqrun/requests';
import type { FastifyReply } from 'fastify';

import { pollAfterMs } from '../submission/poll-after.js';
import { giveBackWhenSent, sayHowItRan, send, sendEnd } from '../submission/replies.js';
import { factsOfRecord, responseObject } from './response-object.js';

/**
 * Answers with the response of a request that has ended. The body carries the id that it was asked for by.
 *
 * @param reply the answer
 * @param end the request's end
 * @param id `rr_…` to stand in the body; null leaves the provider's own
 */
export async function sendResponse(
  reply: FastifyReply,
  end: RequestResult,
  id: string | null,
): Promise<void> {
  const { answer, record } = end;
  if (record.status !== 'completed' || answer === null || id === null) {
    sendEnd(reply, end);
    return;
  }
  giveBackWhenSent(reply, end);
  sayHowItRan(reply, end);
  void reply
    .code(200)
    .headers(answer.head.headers)
    .header('x-request-id', record.id)
    .header('content-type', answer.head.contentType ?? 'application/json; charset=utf-8')
    .send(await replaceMember(answer.body, 'id', JSON.stringify(id)));
}

/**
 * Answers for a request as its response: the provider's where it is completed, else one of ours.
 *
 * @param reply the answer
 * @param outcome the request
 * @param id `rr_…` to stand in the body; null leaves the provider's own
 */
export async function sendResponseState(
  reply: FastifyReply,
  outcome: RequestOutcome,
  id: string | null,
): Promise<void> {
  const { record } = outcome;
  if (record.status === 'completed') {
    await sendResponse(reply, outcome, id);
    return;
  }
  outcome.answer?.hold?.done();
  void reply.header('x-reqrun-attempts', String(record.attempts));
  if (isOpen(record)) {
    void reply.header('openai-poll-after-ms', String(pollAfterMs(record)));
  }
  send(reply, 200, record.id, responseObject(factsOfRecord(record)));
}

/**
 * Tells whether a record has not ended.
 *
 * @param record as the wire shows it
 */
export const isOpen = ({ completed_at: at }: RequestRecord): boolean => at === null;
