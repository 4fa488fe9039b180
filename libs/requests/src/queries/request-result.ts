import type { RequestRecord } from '@reqrun/contracts';

import type { AnswerHold } from './answer-opener.js';
import type { ContentHead } from '../content/content-frame.js';
import type { AnsweredRecord } from './record-row.js';

/** How a request ended: what its caller is answered with. */
export interface RequestResult<R extends AnsweredRecord = AnsweredRecord> {
  record: R;
  /** The provider's answer: of a completed record its result, of a failed one its error body. */
  answer: {
    head: ContentHead;
    body: Buffer;
    /** Of a large answer: to be told when the answer is sent, or not needed after all. */
    hold?: AnswerHold;
  } | null;
  /** Retention has deleted payload and answer. */
  contentDeleted: boolean;
}

/** A record together with what only the application's own key may see. */
export type RequestOutcome = RequestResult<RequestRecord>;
