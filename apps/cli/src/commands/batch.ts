import { basename } from 'node:path';

import { APIAbortError, APIError, Many, type ReqRun } from '@reqrun/sdk';
import type { Command } from 'commander';

import { type BatchLine, keyPrefix, readLines } from '../batch/lines.js';
import { type BatchResult, type BatchResults, toFile, toOutput } from '../batch/results.js';
import { applicationClient, type CommonFlags, type Context, flagsOf } from '../context.js';
import {
  CliError,
  EXIT,
  exitCodeOf,
  type ExitCode,
  tellsOutcome,
  UsageError,
} from '../exit-codes.js';
import { readText } from '../input/body.js';
import { parseCount } from '../input/count.js';
import { type EndpointName, endpointOf, parseEndpoint, waitAt } from '../input/endpoint.js';
import { printable } from '../output/printable.js';
import { withKeyFlags } from './flags.js';

interface BatchFlags extends CommonFlags {
  readonly endpoint: EndpointName;
  readonly concurrency: number;
  readonly name?: string;
  readonly output?: string;
}

const CHAT: EndpointName = 'chat.completions';
const DEFAULT_CONCURRENCY = 20;
/** Number of times that a call which was not accepted is made again: about a minute, in which a server is restarted. */
const MAX_RETRIES = 10;

/**
 * Adds `batch` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addBatchCommands(program: Command, context: Context): void {
  const batch = program.command('batch').description('many requests out of a file');
  withKeyFlags(
    batch
      .command('run')
      .description('have a request run for each line of a file, and print what became of each')
      .argument(
        '<file>',
        'JSON Lines: a body each, or {"custom_id", "url", "body"}; - for standard input',
      )
      .option('--endpoint <name>', 'the endpoint of lines that name none', parseEndpoint, CHAT)
      .option(
        '--concurrency <count>',
        'how many are waited for at a time',
        parseCount,
        DEFAULT_CONCURRENCY,
      )
      .option('--name <name>', 'the batch; the name of the file by default')
      .option('-o, --output <file>', 'write the results to a file, behind those that it has'),
  )
    .addHelpText(
      'after',
      `
Examples:
  reqrun batch run tickets.jsonl > results.jsonl
  reqrun batch run tickets.jsonl --output results.jsonl     goes on where it was, without asking for what it has
  reqrun requests list --idempotency-key-prefix batch:tickets.jsonl:

Each line is one request, however often the command is run: its idempotency key is made of the batch's name and of the
line. Give the same command again after it was stopped. Results come as they are there, each with its line. The exit code
is 0 when all were completed, 1 when some were not.
`,
    )
    .action(async (file: string, _flags: unknown, self: Command) =>
      runBatch(context, file, flagsOf<BatchFlags>(self)),
    );
}

async function runBatch(context: Context, file: string, flags: BatchFlags): Promise<void> {
  const { output, signal } = context;
  const client = applicationClient(context, flags);
  const name = flags.name ?? (file === '-' ? 'stdin' : basename(file));
  const lines = readLines(await readText(file, context.stdin, signal), name, flags.endpoint);
  const wrong = lines.find(({ endpoint }) => endpointOf(endpoint).isJson !== true);
  if (wrong !== undefined) {
    throw new UsageError(`Line ${wrong.number}: ${wrong.endpoint} has no place in a batch.`);
  }
  const results = flags.output === undefined ? toOutput(output) : toFile(flags.output);
  const counts = { completed: 0, failed: 0, canceled: 0, refused: 0 };
  const progress = output.progress(`${lines.length} lines`);
  const done = (): number => counts.completed + counts.failed + counts.canceled + counts.refused;
  const count = ({ status }: BatchResult): void => {
    counts[status] += 1;
    progress.update(
      `${done()} of ${lines.length} lines, ${done() - counts.completed} not completed`,
    );
  };
  const left = lines.filter(({ idempotencyKey }) => {
    const known = results.known.get(idempotencyKey);
    if (known !== undefined) {
      count(known);
    }
    return known === undefined;
  });
  try {
    await runLines(client, left, flags.concurrency, signal, results, count);
  } catch (error) {
    progress.stop();
    throw interrupted(error, context, done(), lines.length);
  } finally {
    progress.stop();
    results.close();
  }
  output.note(output.noteColors.dim(summaryOf(lines.length, counts, name)));
  if (counts.completed < lines.length) {
    throw new CliError(EXIT.failed, '');
  }
}

async function runLines(
  client: ReqRun,
  lines: readonly BatchLine[],
  concurrency: number,
  signal: AbortSignal,
  results: BatchResults,
  count: (result: BatchResult) => void,
): Promise<void> {
  const many = new Many(lines, concurrency, (line) => runLine(client, line, signal));
  for await (const result of many) {
    results.write(result);
    count(result);
  }
}

async function runLine(
  client: ReqRun,
  { number, customId, endpoint, body, idempotencyKey }: BatchLine,
  signal: AbortSignal,
): Promise<BatchResult> {
  const about = { line: number, custom_id: customId, idempotency_key: idempotencyKey };
  try {
    const { data, requestId } = await waitAt(
      endpoint,
      client,
      { ...body, ...{ stream: undefined }, wait: true },
      { idempotencyKey, signal, timeout: Infinity, maxRetries: MAX_RETRIES },
    ).withResponse();
    return { ...about, id: requestId, status: 'completed', result: data, error: null };
  } catch (error) {
    if (!(error instanceof APIError) || isOfAll(error)) {
      throw error;
    }
    const { code, message, requestId } = error;
    const isAccepted = tellsOutcome(error);
    return {
      ...about,
      id: isAccepted ? requestId : null,
      status: !isAccepted ? 'refused' : code === 'canceled' ? 'canceled' : 'failed',
      result: null,
      error: { code, message },
    };
  }
}

/** Tells whether an error says nothing of its line: the key is wrong, or ReqRun takes nothing. */
const isOfAll = (error: APIError): boolean =>
  !tellsOutcome(error) && ([401, 403, 408, 429].includes(error.status) || error.status >= 500);

function interrupted(error: unknown, { signal }: Context, done: number, all: number): unknown {
  const what =
    error instanceof APIAbortError
      ? 'Interrupted'
      : error instanceof Error
        ? error.message
        : 'Something went wrong';
  return new CliError(
    exitCodeOf(error, signal.reason as ExitCode | undefined),
    `${what}\n${done} of ${all} lines are done. What was accepted runs on: give the same command again to go on.`,
  );
}

function summaryOf(
  all: number,
  counts: Readonly<Record<BatchResult['status'], number>>,
  name: string,
): string {
  const parts = Object.entries(counts)
    .filter(([status, number]) => number > 0 || status === 'completed')
    .map(([status, number]) => `${number} ${status}`);
  return printable(`${all} lines: ${parts.join(', ')}. Their keys begin with ${keyPrefix(name)}`);
}
