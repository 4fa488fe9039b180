import {
  APIAbortError,
  APITimeoutError,
  type RequestRecord,
  type ReqRun,
  type RequestStream,
  StreamError,
} from '@reqrun/sdk';

import { callOptions, type Context } from '../context.js';
import { CliError, EXIT, exitCodeOf, type ExitCode } from '../exit-codes.js';
import type { WaitFlags } from '../follow.js';
import { chunkText } from '../output/answer.js';
import { requireCompleted, summaryOf } from './outcome.js';

/** The signal by which a stream ends: the program's, or that its time is over. */
export interface StreamLimit {
  readonly signal: AbortSignal;
  /** True when its time is over. */
  isOver(): boolean;
}

/**
 * The limit of a stream.
 *
 * @param context of the program
 * @param flags how long it may take
 */
export function streamLimit({ signal }: Context, { timeout }: WaitFlags): StreamLimit {
  if (timeout === undefined) {
    return { signal, isOver: () => false };
  }
  const over = AbortSignal.timeout(timeout);
  return { signal: AbortSignal.any([signal, over]), isOver: () => over.aborted };
}

/**
 * Tells an end by the limit's time from one by a signal.
 *
 * @param error how the opening of the stream failed
 * @param limit that it was opened with
 */
export function endOf(error: unknown, limit: StreamLimit): unknown {
  if (!(error instanceof APIAbortError) || !limit.isOver()) {
    return error;
  }
  const { requestId, idempotencyKey } = error;
  return new APITimeoutError('The stream has not begun in time.', { requestId, idempotencyKey });
}

/**
 * Shows the text of a stream as it comes, with `--json` each of its frames in a line, and how the request ended.
 *
 * @param context of the program
 * @param client reads the record
 * @param stream the stream
 * @param flags of the command
 * @param limit that the stream was opened with
 * @throws CliError when it is not the whole answer: it says how to go on
 */
export async function showStream(
  context: Context,
  client: ReqRun,
  stream: RequestStream<unknown, unknown>,
  flags: WaitFlags,
  limit: StreamLimit,
): Promise<void> {
  const { output } = context;
  try {
    for await (const { data } of stream.frames()) {
      if (flags.json === true) {
        output.result(data);
      } else {
        output.piece(chunkText(JSON.parse(data)));
      }
    }
  } catch (error) {
    endLine(context, flags);
    throw await explain(error, context, client, stream, flags, limit);
  }
  endLine(context, flags);
  const record = await client.requests.get(stream.requestId ?? '', callOptions(context));
  if (record.status === 'completed') {
    output.note(output.noteColors.dim(summaryOf(record)));
  }
}

/** As an answer that was waited for ends: with a line feed. */
function endLine({ output }: Context, { json }: WaitFlags): void {
  if (json !== true) {
    output.piece('\n');
  }
}

async function explain(
  error: unknown,
  context: Context,
  client: ReqRun,
  { requestId, lastEventId }: RequestStream<unknown, unknown>,
  flags: WaitFlags,
  limit: StreamLimit,
): Promise<unknown> {
  const id = requestId ?? '';
  const same = flags.test === true ? ' --test' : '';
  if (error instanceof APIAbortError) {
    const from = lastEventId === null ? '' : ` --starting-after ${lastEventId}`;
    return new CliError(
      limit.isOver()
        ? EXIT.timeout
        : exitCodeOf(error, context.signal.reason as ExitCode | undefined),
      [
        `Not reading any more: ${id} runs on.`,
        `  read on:  reqrun requests stream ${id}${from}${same}`,
        `  end it:   reqrun requests cancel ${id}${same}`,
      ].join('\n'),
    );
  }
  if (!(error instanceof StreamError)) {
    return error;
  }
  const record: RequestRecord | null = await client.requests
    .get(id, callOptions(context))
    .catch(() => null);
  if (record?.status === 'failed' || record?.status === 'canceled') {
    requireCompleted(record);
  }
  return new CliError(
    EXIT.failed,
    [
      `${error.code ?? 'The stream failed'}: what was shown is not the whole answer. ${error.message}`,
      `  wait for it:  reqrun requests watch ${id}${same}`,
      `  print it:     reqrun requests get ${id} --answer${same}`,
    ].join('\n'),
  );
}
