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
  StreamExpectation,
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
 * are numbered from 0 without a gap, and the answer is the `response` of its terminal event. One that is taken up again
 * goes on with the number behind the last that is known; earlier ones that come again are left out.
 */
class ResponseAssembly implements StreamAssembly {
  answerId: string | null;
  readonly #resumedId: string | null;
  readonly #from: number;
  #events: number;
  #final: AssembledAnswer | null = null;

  constructor({ resumes }: StreamExpectation) {
    this.#resumedId = resumes?.answerId ?? null;
    this.answerId = this.#resumedId;
    this.#from = resumes?.frames ?? 0;
    this.#events = this.#from;
  }

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
    const number = object['sequence_number'];
    if (typeof type !== 'string' || !TYPE.test(type) || typeof number !== 'number') {
      return failed(invalid('wrong_shape'));
    }
    if (number >= 0 && number < this.#from) {
      return { kind: 'skip' };
    }
    const response = object['response'];
    if (number !== this.#events || !this.#isOfThisAnswer(response)) {
      return failed(invalid('wrong_shape'));
    }
    this.#events += 1;
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

  /** Whether a response that an event shows is the one that was asked for, where one was. */
  #isOfThisAnswer(response: unknown): boolean {
    return (
      this.#resumedId === null ||
      !isObject(response) ||
      responses.idOf?.(response) === this.#resumedId
    );
  }
}

/** Streams of the Responses API. */
export const responseStream: StreamModule = {
  takesUsageOption: false,
  endsItself: true,
  read: (expectation) => new ResponseAssembly(expectation),
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
