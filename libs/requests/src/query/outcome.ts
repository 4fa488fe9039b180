import type { RequestRecord } from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';

import { type EnvelopeHead, unpackEnvelope } from '../envelope.js';
import { type RecordRow, toRecord } from './record-row.js';

/** A record together with what only the application's own key may see. */
export interface RequestOutcome {
  record: RequestRecord;
  /** The provider's answer: of a completed record its result, of a failed one its error body. */
  answer: { head: EnvelopeHead; body: Buffer } | null;
  /** Retention has deleted payload and answer. */
  contentDeleted: boolean;
}

/**
 * Opens a record's answer.
 *
 * @param keys what it was sealed with
 * @param projectId whose it is
 * @param row the record, with its sealed result
 */
export async function openOutcome(
  keys: DataKeyRing,
  projectId: string,
  row: RecordRow & { result: Buffer | null },
): Promise<RequestOutcome> {
  const ended = row.status === 'completed' || row.status === 'failed';
  const outcome = { record: toRecord(row), answer: null, contentDeleted: row.content_deleted };
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
