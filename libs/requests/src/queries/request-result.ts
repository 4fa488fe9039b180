import type { RequestRecord } from '@reqrun/contracts';

import type { AnswerHold } from './answer-opener.js';
import type { ContentHead } from '../content/content-frame.js';
import type { AnsweredBy } from '../lifecycle/dispatch.js';
import type { AnsweredRecord } from './record-row.js';

/** The end of a request, with which its caller is answered. */
export interface RequestResult<R extends AnsweredRecord = AnsweredRecord> {
  record: R;
  /** The model and the provider that the answer is from. */
  answeredBy: AnsweredBy;
  /** The provider's answer: the result of a completed request, or the error body of a failed one. */
  answer: {
    head: ContentHead;
    body: Buffer;
    /** Memory share of a large answer; `done` must be called when the answer is sent or not needed. */
    hold?: AnswerHold;
  } | null;
  /** Age of an answer that came from the cache, in s; null where the request ran itself. */
  cacheAgeS: number | null;
  /** Whether retention has deleted payload and answer. */
  contentDeleted: boolean;
}

/** A record with the answer, which only the application's own API key may see. */
export type RequestOutcome = RequestResult<RequestRecord>;
