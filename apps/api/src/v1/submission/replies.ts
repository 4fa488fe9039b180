import { Readable } from 'node:stream';

import {
  type AsyncHandle,
  describeErrorCode,
  type Endpoint,
  type ErrorBody,
  isTerminal,
  type RequestRecord,
  requestIdFromUuid,
  statusForCaller,
} from '@reqrun/contracts';
import { isSpace } from '@reqrun/platform/json';
import type {
  AcceptedRequest,
  AnsweredBy,
  ContentHead,
  RequestResult,
  RequestOutcome,
} from '@reqrun/requests';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { sendError } from '../../http/error.filter.js';
import { pollAfterMs } from './poll-after.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const OPEN_BRACE = 0x7b;
/** Our codes that end a request although the provider's last answer was a plain 4xx. */
const OURS_DESPITE_ANSWER = new Set(['retry_after_exceeds_deadline', 'deadline_exceeded']);

/**
 * Answers with the 202 handle of a request that has not ended.
 *
 * @param reply the answer
 * @param endpoint endpoint that it was submitted to
 * @param request state of the request
 */
export function sendHandle(
  reply: FastifyReply,
  endpoint: Endpoint,
  request: Pick<AcceptedRequest, 'id' | 'status' | 'model' | 'attempts' | 'createdAt'>,
): void {
  const id = requestIdFromUuid(request.id);
  send(
    reply.header('location', `/v1/requests/${id}`).header('openai-poll-after-ms', '1000'),
    202,
    id,
    {
      id,
      object: endpoint.pendingObject,
      status: request.status,
      created: Math.floor(request.createdAt.getTime() / 1000),
      model: request.model,
      attempts: request.attempts,
    } satisfies AsyncHandle,
  );
}

/**
 * Answers a caller that cannot read a handle, and whose wait has passed. Stock SDKs then send the call again, and
 * that joins the request.
 *
 * @param reply the answer
 * @param request the request, which runs on
 */
export function sendWaitTimeout(
  reply: FastifyReply,
  { id, attempts }: Pick<AcceptedRequest, 'id' | 'attempts'>,
): void {
  const publicId = requestIdFromUuid(id);
  sendError(
    reply
      .header('x-request-id', publicId)
      .header('location', `/v1/requests/${publicId}`)
      .header('x-reqrun-attempts', String(attempts))
      .header('x-should-retry', 'true')
      .header('retry-after', '1'),
    new ApiError('wait_timeout'),
  );
}

/**
 * Answers for a request that has ended, as if the caller had waited for it; with the handle when it
 * has not.
 *
 * @param reply the answer
 * @param endpoint endpoint that it was submitted to
 * @param outcome the record and the provider's answer
 */
export function sendOutcome(
  reply: FastifyReply,
  endpoint: Endpoint,
  outcome: RequestOutcome,
): void {
  const { record } = outcome;
  if (isTerminal(record.status)) {
    sendEnd(reply, outcome);
  } else {
    sendUnfinished(reply.header('x-reqrun-attempts', String(record.attempts)), endpoint, record);
  }
}

/**
 * Answers for a request that has ended, as if the caller had waited for it.
 *
 * @param reply the answer
 * @param end the end of the request with the provider's answer
 */
export function sendEnd(reply: FastifyReply, end: RequestResult): void {
  giveBackWhenSent(reply, end);
  const { id, status } = end.record;
  void reply.header('x-request-id', id);
  sayHowItRan(reply, end);
  if (status === 'completed') {
    sendCompleted(reply, end);
  } else {
    sendFailure(reply, end);
  }
}

/**
 * Says in headers how often a request was tried, and which model of which provider the answer is from.
 *
 * @param reply the answer
 * @param end the end of the request
 */
export function sayHowItRan(
  reply: FastifyReply,
  { record: { attempts }, answeredBy }: RequestResult,
): void {
  void reply.header('x-reqrun-attempts', String(attempts)).headers(sourceHeaders(answeredBy));
}

/**
 * Headers that say which model of which provider an answer is from.
 *
 * @param answeredBy the model and the provider
 */
export const sourceHeaders = ({
  model,
  provider,
  fallback,
}: AnsweredBy): Record<string, string> => ({
  'x-reqrun-model': model.replaceAll(/[^\x20-\x7e]+/gu, encodeURIComponent),
  'x-reqrun-fallback': String(fallback),
  ...(provider !== null && { 'x-reqrun-provider': provider }),
});

/**
 * Keeps the memory of a large answer until the last of it has been sent, or the caller has gone.
 *
 * @param reply the answer
 * @param end the request's end
 */
export function giveBackWhenSent(reply: FastifyReply, { answer }: RequestResult): void {
  const hold = answer?.hold;
  if (hold === undefined) {
    return;
  }
  if (reply.raw.destroyed) {
    hold.done();
  } else {
    reply.raw.once('close', () => hold.done());
  }
}

function sendCompleted(reply: FastifyReply, { answer, cacheAgeS }: RequestResult): void {
  if (answer === null) {
    sendError(reply.header('x-should-retry', 'false'), new ApiError('result_expired'));
    return;
  }
  // The provider's bytes and content type, unchanged.
  void reply
    .code(200)
    .headers(headersOf(answer.head, cacheAgeS))
    .header('content-type', answer.head.contentType ?? JSON_TYPE)
    .send(answer.body);
}

/**
 * Headers of the provider that a caller gets. Of an answer from the cache, what they said of its limits is past.
 *
 * @param head head of the answer
 * @param cacheAgeS its age in seconds; null for one that is not from the cache
 */
export const headersOf = (
  { headers }: ContentHead,
  cacheAgeS: number | null,
): ContentHead['headers'] =>
  cacheAgeS === null
    ? headers
    : Object.fromEntries(
        Object.entries(headers).filter(([name]) => !name.startsWith('x-ratelimit-')),
      );

/**
 * Headers that say whether an answer is from the cache.
 *
 * @param ageS its age in seconds; null for one that is not
 */
export const cacheHeaders = (ageS: number | null): Record<string, string> =>
  ageS === null ? { 'x-reqrun-cache': 'miss' } : { 'x-reqrun-cache': 'hit', age: String(ageS) };

function sendFailure(
  reply: FastifyReply,
  { record, answer, contentDeleted, answeredBy }: RequestResult,
): void {
  const error = record.error ?? { code: 'internal_error', http_status: null };
  void reply.header('x-should-retry', 'false');
  const described = describeErrorCode(error.code, error.http_status);
  // The request was fine for the model that it asked for: what a fallback refuses is no fault of the caller's.
  const isFallback = answeredBy.fallback > 0;
  const status =
    isFallback && described.status < 500 && error.code !== 'canceled' ? 502 : described.status;
  const type = status === described.status ? described.type : 'provider_error';
  const message = record.error?.message ?? described.message;
  const passesOn =
    !isFallback &&
    error.http_status !== null &&
    error.http_status < 500 &&
    statusForCaller(error.http_status) === error.http_status &&
    !OURS_DESPITE_ANSWER.has(error.code);
  if (passesOn && contentDeleted) {
    // Retention has deleted the provider's answer, and a text of ours would not be that answer.
    sendError(reply, new ApiError('result_expired'));
    return;
  }
  if (passesOn && answer !== null) {
    void reply
      .code(error.http_status ?? status)
      .headers(answer.head.headers)
      .header('content-type', answer.head.contentType ?? JSON_TYPE)
      .send(answer.body);
    return;
  }
  const body: ErrorBody = { error: { message, type, param: null, code: error.code } };
  send(reply, status, record.id, body);
}

function sendUnfinished(reply: FastifyReply, endpoint: Endpoint, record: RequestRecord): void {
  send(
    reply
      .header('location', `/v1/requests/${record.id}`)
      .header('openai-poll-after-ms', String(pollAfterMs(record))),
    202,
    record.id,
    {
      id: record.id,
      object: endpoint.pendingObject,
      status: record.status,
      created: Math.floor(Date.parse(record.created_at) / 1000),
      model: record.requested_model,
      attempts: record.attempts,
    } satisfies AsyncHandle,
  );
}

/**
 * Answers with a record and its result: the provider's own JSON, inserted unchanged.
 *
 * @param reply the answer
 * @param outcome the record and the provider's answer
 */
export function sendRecord(reply: FastifyReply, outcome: RequestOutcome): void {
  const { record, answer } = outcome;
  giveBackWhenSent(reply, outcome);
  void reply.header('x-request-id', record.id);
  if (record.completed_at === null) {
    void reply.header('openai-poll-after-ms', String(pollAfterMs(record)));
  }
  const head = JSON.stringify(record);
  // The answer of a completed request was judged when it came. One that is not JSON has its own path.
  const isShown =
    answer !== null && (record.status === 'completed' ? isObject(answer) : isJson(answer.body));
  const parts = [
    Buffer.from(`${head.slice(0, -1)},"result":`),
    isShown ? answer.body : Buffer.from('null'),
    Buffer.from('}'),
  ];
  void reply.code(200).header('content-type', JSON_TYPE);
  if (answer?.hold === undefined) {
    void reply.send(Buffer.concat(parts));
    return;
  }
  // A large result is not copied.
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  void reply.header('content-length', String(bytes)).send(Readable.from(parts));
}

/**
 * Answers with JSON about an accepted request.
 *
 * @param reply the answer
 * @param status HTTP status of the answer
 * @param id public id of the request
 * @param body the body
 */
export function send(reply: FastifyReply, status: number, id: string, body: object): void {
  void reply
    .code(status)
    .header('x-request-id', id)
    .header('content-type', JSON_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}

/**
 * Tells an answer that is a JSON object from audio and from text. Providers mislabel JSON, but none calls it audio;
 * and of the texts that count as results none begins with a brace.
 */
function isObject({ head, body }: NonNullable<RequestResult['answer']>): boolean {
  let at = 0;
  while (isSpace(body[at])) {
    at += 1;
  }
  return body[at] === OPEN_BRACE && !/^(audio|video)\/|octet-stream/i.test(head.contentType ?? '');
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
