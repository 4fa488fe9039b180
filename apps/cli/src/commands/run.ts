import {
  APIAbortError,
  APIConnectionError,
  APIError,
  type ChatCompletionCreateParams,
  type CreateOptions,
  type EmbeddingCreateParams,
  type EndedRequest,
  type EndpointHandle,
  type ReqRun,
  type ResponseCreateParams,
} from '@reqrun/sdk';
import { type Command, Option } from 'commander';

import { applicationClient, callOptions, type Context, flagsOf } from '../context.js';
import { CliError, exitCodeOf, type ExitCode, tellsOutcome, UsageError } from '../exit-codes.js';
import { follow, type WaitFlags } from '../follow.js';
import { readBody } from '../input/body.js';
import { withKeyFlags, withTimeoutFlag } from './flags.js';
import { showOutcome } from './outcome.js';

/** Endpoints by the names that `--endpoint` takes. */
const ENDPOINTS = ['chat', 'responses', 'embeddings'] as const;

interface RunFlags extends WaitFlags {
  readonly endpoint: (typeof ENDPOINTS)[number];
  readonly file: string;
  readonly wait?: boolean;
  readonly idempotencyKey?: string;
}

const EXAMPLES = `
Examples:
  reqrun run -f body.json                      print the id (rr_…) as soon as it is accepted
  reqrun run -f body.json --wait > answer.txt  wait, and print what the model said
  reqrun run -f body.json --wait --json | jq '.result.usage'
  reqrun run -f body.json --idempotency-key ticket-842   twice is once
  reqrun run -f texts.json --endpoint embeddings --wait --json
  echo '{"model":"sim/429,500,ok","messages":[{"role":"user","content":"Hi"}]}' \\
    | reqrun run -f - --test --wait --timeout 60s

body.json is OpenAI's body for the endpoint, with fields of ReqRun beside if you like.
With --wait the exit code is 0 when it was completed, 1 when it has failed, 124 when --timeout ran out.
`;

/**
 * Adds `run`.
 *
 * @param program where to
 * @param context of the program
 */
export function addRunCommand(program: Command, context: Context): void {
  const command = program
    .command('run')
    .description('have a request run')
    .requiredOption('-f, --file <path>', 'the body as JSON; - for standard input')
    .addOption(
      new Option('--endpoint <name>', 'the endpoint of OpenAI that the body is for')
        .choices(ENDPOINTS)
        .default('chat'),
    )
    .option('-w, --wait', 'wait until it has ended, and print the answer')
    .option('--idempotency-key <key>', 'calls with one key are one request');
  withTimeoutFlag(withKeyFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, self: Command) => run(context, flagsOf<RunFlags>(self)));
}

async function run(context: Context, flags: RunFlags): Promise<void> {
  const { output } = context;
  const client = applicationClient(context, flags);
  const body = await readBody(flags.file, context.stdin, context.signal);
  const waits = flags.wait === true || body['wait'] === true;
  if (flags.timeout !== undefined && !waits) {
    throw new UsageError(
      '--timeout is for --wait. The deadline of a request is a field of its body.',
    );
  }
  const began = performance.now();
  const submitted = await submit(context, client, body, flags);
  if (waits) {
    const left =
      flags.timeout === undefined
        ? {}
        : // At least one look: it may have ended in time.
          { timeout: Math.max(500, flags.timeout - (performance.now() - began)) };
    const record =
      submitted.ended ??
      (await follow(context, client, submitted.id, { ...flags, ...left }).catch(
        (error: unknown) => {
          if (!(error instanceof CliError)) {
            output.note(`${submitted.id} was accepted; it cannot be waited for:`);
          }
          throw error;
        },
      ));
    showOutcome(output, record, flags.json === true);
  } else if (flags.json === true) {
    output.json(submitted.handle ?? submitted.ended);
  } else {
    output.result(submitted.id);
  }
}

/** A request that was accepted, now or with the same key before. */
interface Submitted {
  readonly id: string;
  readonly handle?: EndpointHandle;
  /** When it had failed before. */
  readonly ended?: EndedRequest;
}

async function submit(
  context: Context,
  client: ReqRun,
  body: Record<string, unknown>,
  flags: RunFlags,
): Promise<Submitted> {
  const { idempotencyKey, timeout } = flags;
  const progress = context.output.progress('sending');
  try {
    const options = callOptions(context);
    const params = {
      ...body,
      // The server is not asked to hold the call: the id shall be known while this program waits.
      wait: false as const,
      wait_timeout_ms: undefined,
    };
    const handle = await create(client, flags.endpoint, params, {
      ...options,
      timeout: Math.min(timeout ?? Infinity, options.timeout),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    return { id: handle.id, handle };
  } catch (error) {
    // With the key of one that has failed, the answer is how it has failed.
    if (error instanceof APIError && tellsOutcome(error) && error.requestId !== null) {
      const record = await client.requests.get(error.requestId, callOptions(context));
      return { id: record.id, ended: record as EndedRequest };
    }
    throw withKeyToGoOn(error, context);
  } finally {
    progress.stop();
  }
}

/** Submits a body to its endpoint. The server checks it, and names the field that is wrong. */
function create(
  client: ReqRun,
  endpoint: RunFlags['endpoint'],
  params: { wait: false },
  options: CreateOptions,
): Promise<EndpointHandle> {
  switch (endpoint) {
    case 'chat':
      return client.chat.completions.create(
        params as ChatCompletionCreateParams & { wait: false },
        options,
      );
    case 'responses':
      return client.responses.create(params as ResponseCreateParams & { wait: false }, options);
    case 'embeddings':
      return client.embeddings.create(params as EmbeddingCreateParams & { wait: false }, options);
  }
}

/** Without an answer nobody knows whether it was accepted; the same key finds it out. */
function withKeyToGoOn(error: unknown, { signal }: Context): unknown {
  if (!(error instanceof APIConnectionError) || error.idempotencyKey === null) {
    return error;
  }
  const what =
    error instanceof APIAbortError ? 'Interrupted before an answer came.' : error.message;
  return new CliError(
    exitCodeOf(error, signal.reason as ExitCode | undefined),
    [
      what,
      'It may have been accepted. To find out, and not to run it twice, give the same command again with',
      `  --idempotency-key ${error.idempotencyKey}`,
    ].join('\n'),
  );
}
