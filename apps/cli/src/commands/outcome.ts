import type { EndedRequest, RequestRecord } from '@reqrun/sdk';

import { CliError, EXIT } from '../exit-codes.js';
import { answerText } from '../output/answer.js';
import type { Output } from '../output/output.js';
import { printable, shortDuration } from '../output/printable.js';

/**
 * Shows how a request that was waited for has ended: the answer as the result, a line about it
 * beside; or with `--json` the record, whatever its status.
 *
 * @param output where to
 * @param record the request
 * @param json whether the record is wanted
 * @throws CliError when it has not been completed: the exit code tells it
 */
export function showOutcome(output: Output, record: EndedRequest, json: boolean): void {
  if (json) {
    output.json(record);
  } else if (record.status === 'completed') {
    showAnswer(output, record);
    output.note(output.noteColors.dim(summaryOf(record)));
  }
  requireCompleted(record);
}

/**
 * Shows a request's answer.
 *
 * @param output where to
 * @param record the request
 * @throws CliError when it has none
 */
export function showAnswer(output: Output, record: RequestRecord): void {
  if (record.status === 'failed' || record.status === 'canceled') {
    requireCompleted(record);
  } else if (record.status !== 'completed') {
    throw new CliError(EXIT.notPossible, `${record.id} is ${record.status}: no answer yet.`);
  } else if (record.result === null) {
    throw new CliError(
      EXIT.notPossible,
      `The answer of ${record.id} was deleted by its retention.`,
    );
  } else {
    output.content(answerText(record.result));
  }
}

/**
 * Ends the command where a request has not been completed.
 *
 * @param record the request, ended
 * @throws CliError with what it failed with, in words that never hold a prompt
 */
export function requireCompleted(record: EndedRequest): void {
  if (record.status !== 'completed') {
    const { code, message } = record.error;
    throw new CliError(EXIT.failed, `${summaryOf(record)}: ${code}: ${message}`);
  }
}

/** One line, e.g. `rr_… completed after 3 attempts in 3.1 s`. */
function summaryOf(record: EndedRequest): string {
  const { id, status, attempts, created_at: created, completed_at: ended } = record;
  const took =
    ended === null ? '' : ` in ${shortDuration(Date.parse(ended) - Date.parse(created))}`;
  const many = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return printable(`${id} ${status} after ${many}${took}`);
}
