import { writeFile } from 'node:fs/promises';

import { type EndedRequest, GoneError, type ReqRun, type RequestRecord } from '@reqrun/sdk';

import { callOptions, type Context } from '../context.js';
import { CliError, EXIT } from '../exit-codes.js';
import { answerText } from '../output/answer.js';
import { printable, shortDuration } from '../output/printable.js';

/** Flags that say how an answer is shown. */
export interface AnswerFlags {
  readonly json?: boolean;
  /** The file that it is written to. */
  readonly output?: string;
}

/**
 * Shows how a request that was waited for has ended: the answer as the result, a line about it
 * beside; or with `--json` the record, whatever its status.
 *
 * @param context of the program
 * @param client gets an answer that is not in the record
 * @param record the request
 * @param flags how it is shown
 * @throws CliError when it has not been completed: the exit code tells it
 */
export async function showOutcome(
  context: Context,
  client: ReqRun,
  record: EndedRequest,
  flags: AnswerFlags,
): Promise<void> {
  const { output } = context;
  if (flags.json === true) {
    output.json(record);
  }
  if (record.status === 'completed' && (flags.json !== true || flags.output !== undefined)) {
    await showAnswer(context, client, record, flags);
    output.note(output.noteColors.dim(summaryOf(record)));
  }
  requireCompleted(record);
}

/**
 * Shows a request's answer, or writes it to the file that is named.
 *
 * @param context of the program
 * @param client gets an answer that is not in the record
 * @param record the request
 * @param flags where it goes
 * @throws CliError when it has none, or it would fill a terminal with bytes
 */
export async function showAnswer(
  context: Context,
  client: ReqRun,
  record: RequestRecord,
  { output: file }: AnswerFlags,
): Promise<void> {
  const { output } = context;
  if (record.status === 'failed' || record.status === 'canceled') {
    requireCompleted(record);
    return;
  }
  if (record.status !== 'completed') {
    throw new CliError(EXIT.notPossible, `${record.id} is ${record.status}: no answer yet.`);
  }
  const answer = record.result ?? (await answerOf(context, client, record.id));
  if (answer instanceof Response) {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (file !== undefined) {
      await writeAnswer(file, bytes, record.id);
    } else if (!output.bytes(bytes)) {
      const type = printable(answer.headers.get('content-type') ?? 'binary');
      throw new CliError(
        EXIT.usage,
        `The answer of ${record.id} is ${type}, ${bytes.length} bytes: give --output FILE, or send it into a pipe.`,
      );
    }
    return;
  }
  const text = typeof answer === 'string' ? answer : answerText(answer);
  if (file === undefined) {
    output.content(text);
  } else {
    await writeAnswer(file, `${text}\n`, record.id);
  }
}

/** The answer as its endpoint gives it: bytes, or a text that is no JSON. */
async function answerOf(context: Context, client: ReqRun, id: string): Promise<unknown> {
  try {
    return await client.requests.waitFor(id, callOptions(context)).unwrap<unknown>();
  } catch (error) {
    throw error instanceof GoneError
      ? new CliError(EXIT.notPossible, `The answer of ${id} was deleted by its retention.`)
      : error;
  }
}

async function writeAnswer(file: string, content: Uint8Array | string, id: string): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      EXIT.usage,
      [
        `${file} can't be written (${code ?? 'unknown error'}). The answer is kept:`,
        `  reqrun requests get ${id} --answer --output FILE`,
      ].join('\n'),
    );
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

/**
 * One line about how a request has ended, e.g. `rr_… completed after 3 attempts in 3.1 s`.
 *
 * @param record the request
 */
export function summaryOf(record: EndedRequest): string {
  const { id, status, attempts, created_at: created, completed_at: ended } = record;
  const took =
    ended === null ? '' : ` in ${shortDuration(Date.parse(ended) - Date.parse(created))}`;
  const many = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return printable(`${id} ${status} after ${many}${took}`);
}
