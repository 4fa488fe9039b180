import { readError } from '../error-body.js';
import {
  type BodyProblem,
  errorInBody,
  invalid,
  isObject,
  type JsonObject,
} from '../endpoints/endpoint-module.js';
import { responses } from '../endpoints/responses.js';
import { makeUpResponse } from './made-up-response.js';
import type {
  AssembledAnswer,
  JudgedEvent,
  ParsedEvent,
  StreamAssembly,
  StreamModule,
} from './stream-module.js';

/** Types of events that say nothing of the answer yet. */
const PREAMBLE: ReadonlySet<string> = new Set([
  'keepalive',
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
]);
const TERMINAL: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);
/** Types that can stand in an `event:` line. */
const TYPE = /^[\w.-]{1,128}$/;

/**
 * A stream of the Responses API (https://platform.openai.com/docs/api-reference/responses-streaming). Its events
 * are numbered from 0 without a gap, and the answer is the `response` of its terminal event.
 */
class ResponseAssembly implements StreamAssembly {
  answerId: string | null = null;
  #events = 0;
  #final: AssembledAnswer | null = null;

  get isWhole(): boolean {
    return this.#final !== null;
  }

  take(event: ParsedEvent): JudgedEvent {
    const { object } = event;
    const type = object['type'];
    if (type === 'error') {
      const error = readError(object);
      return failed(error === null ? invalid('error_in_body') : errorInBody(error));
    }
    if (
      typeof type !== 'string' ||
      !TYPE.test(type) ||
      object['sequence_number'] !== this.#events
    ) {
      return failed(invalid('wrong_shape'));
    }
    this.#events += 1;
    const response = object['response'];
    if (isObject(response)) {
      this.answerId ??= responses.idOf?.(response) ?? null;
    }
    if (!TERMINAL.has(type)) {
      return frame(type, false);
    }
    const body = event.text('response');
    if (!isObject(response) || body === null) {
      return failed(invalid('wrong_shape'));
    }
    const problem = responses.problemOf(response);
    if (problem !== null) {
      return failed(problem);
    }
    this.#final = {
      body,
      usage: responses.usageOf(response),
      finishReasons: statusOf(response),
      isCacheable: responses.isCacheable?.(response) ?? false,
    };
    return frame(type, true);
  }

  assemble(): AssembledAnswer | BodyProblem {
    return this.#final ?? invalid('wrong_shape');
  }
}

/** Streams of the Responses API. */
export const responseStream: StreamModule = {
  takesUsageOption: false,
  endsItself: true,
  read: () => new ResponseAssembly(),
  makeUp: makeUpResponse,
};

const statusOf = ({ status }: JsonObject): string[] => (typeof status === 'string' ? [status] : []);

const failed = (problem: BodyProblem): JudgedEvent => ({ kind: 'failed', problem });

const frame = (type: string, makesWhole: boolean): JudgedEvent => ({
  kind: 'frame',
  type,
  saysSomething: !PREAMBLE.has(type),
  usageOnly: false,
  makesWhole,
});
