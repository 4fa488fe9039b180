import type { RequestRecord } from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';

import { type EnvelopeHead, unpackEnvelope } from '../envelope.js';
import type { AnsweredRecord, AnsweredRow } from './record-row.js';

/** How a request ended: what its caller is answered with. */
export interface RequestEnd<R extends AnsweredRecord = AnsweredRecord> {
  record: R;
  /** The provider's answer: of a completed record its result, of a failed one its error body. */
  answer: { head: EnvelopeHead; body: Buffer } | null;
  /** Retention has deleted payload and answer. */
  contentDeleted: boolean;
}

/** A record together with what only the application's own key may see. */
export type RequestOutcome = RequestEnd<RequestRecord>;

/**
 * Opens a record's answer.
 *
 * @param keys what it was sealed with
 * @param projectId whose it is
 * @param row the record, with its sealed result
 * @param record the same as the wire shows it
 */
export async function openAnswer<R extends AnsweredRecord>(
  keys: DataKeyRing,
  projectId: string,
  row: AnsweredRow & { result: Buffer | null },
  record: R,
): Promise<RequestEnd<R>> {
  const ended = row.status === 'completed' || row.status === 'failed';
  const outcome = { record, answer: null, contentDeleted: row.content_deleted };
  if (row.result === null || !ended) {
    return outcome;
  }
  try {
    const envelope = await keys.open(projectId, row.id, 'result', row.result);
    return { ...outcome, answer: unpackEnvelope(envelope) };
  } catch (error) {
    if (error instanceof UnreadableError) {
      // The key was destroyed: for whoever asks, the content is gone.
      return { ...outcome, contentDeleted: true };
    }
    throw error;
  }
}
