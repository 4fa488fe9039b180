import { readError } from '../error-body.js';
import {
  type BodyProblem,
  type EndpointModule,
  errorInBody,
  invalid,
  type JsonObject,
  topLevelUsage,
} from './endpoint-module.js';

/** Statuses of a response that is a result. An incomplete one is whole as far as it goes, and paid for. */
const RESULTS: ReadonlySet<unknown> = new Set(['completed', 'incomplete']);
/** Error codes of a failed response that may pass, with the HTTP failure that each stands for. */
const PASSING: ReadonlyMap<string, number> = new Map([
  ['server_error', 500],
  ['rate_limit_exceeded', 429],
]);
/** Ids that may be stored and looked up. OpenAI takes at most 64 characters of one. */
const RESPONSE_ID = /^[A-Za-z0-9_-]{1,128}$/;
/** Status of any other failure of a response: the same request would fail again. */
const FINAL_STATUS = 400;

/**
 * Answers of the Responses API: an object with an array `output`, whose `status` says whether it is a result
 * (https://platform.openai.com/docs/api-reference/responses/object). A failed response states its error
 * beside the output. A response that is still queued, in progress or canceled is no result of a call that
 * was not made in the background.
 */
export const responses: EndpointModule = {
  readsOwnErrors: true,
  isAnswer: ({ output, object }) => Array.isArray(output) || object === 'response',
  problemOf(body) {
    if (body['object'] !== 'response' || !Array.isArray(body['output'])) {
      return body['status'] === 'failed' ? problemOfFailed(body) : invalid('wrong_shape');
    }
    if (body['status'] === 'failed') {
      return problemOfFailed(body);
    }
    return RESULTS.has(body['status']) ? null : invalid('wrong_shape');
  },
  usageOf: topLevelUsage,
  isCacheable: ({ status }) => status === 'completed',
  idOf: ({ id }) => (typeof id === 'string' && RESPONSE_ID.test(id) ? id : null),
};

function problemOfFailed(body: JsonObject): BodyProblem {
  const error = readError(body['error']) ?? {
    words: [],
    status: null,
    retryDelay: null,
    message: null,
  };
  const [code = ''] = error.words;
  return errorInBody({ ...error, status: PASSING.get(code) ?? FINAL_STATUS });
}
