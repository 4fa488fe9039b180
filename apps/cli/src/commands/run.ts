import {
  APIAbortError,
  APIConnectionError,
  APIError,
  type ChatCompletionCreateParams,
  type CompletionCreateParams,
  type CreateOptions,
  type EndedRequest,
  type EndpointHandle,
  type ReqRun,
  type RequestStream,
  type ResponseCreateParams,
} from '@reqrun/sdk';
import type { Command } from 'commander';

import { applicationClient, callOptions, type Context, flagsOf } from '../context.js';
import { CliError, exitCodeOf, type ExitCode, tellsOutcome, UsageError } from '../exit-codes.js';
import { follow, type WaitFlags } from '../follow.js';
import { readBody } from '../input/body.js';
import { createAt, type EndpointName, endpointOf, parseEndpoint } from '../input/endpoint.js';
import { readForm } from '../input/form.js';
import { withKeyFlags, withTimeoutFlag } from './flags.js';
import { showOutcome } from './outcome.js';
import { endOf, showStream, streamLimit } from './streaming.js';

const CHAT: EndpointName = 'chat.completions';

interface RunFlags extends WaitFlags {
  readonly endpoint: EndpointName;
  readonly file?: string;
  readonly form?: readonly string[];
  readonly output?: string;
  readonly stream?: boolean;
  readonly wait?: boolean;
  readonly idempotencyKey?: string;
}

const EXAMPLES = `
Examples:
  reqrun run -f body.json                      print the id (rr_…) as soon as it is accepted
  reqrun run -f body.json --wait > answer.txt  wait, and print what the model said
  reqrun run -f body.json --wait --json | jq '.result.usage'
  reqrun run -f body.json --idempotency-key ticket-842   twice is once
  reqrun run -f body.json --stream             print what the model says while it says it
  reqrun run -f texts.json --endpoint embeddings --wait --json
  reqrun run -f speech.json --endpoint audio/speech --wait --output hello.mp3
  reqrun run --endpoint audio/transcriptions -F file=@hello.mp3 -F model=whisper-1 --wait
  echo '{"model":"sim/429,500,ok","messages":[{"role":"user","content":"Hi"}]}' \\
    | reqrun run -f - --test --wait --timeout 60s

body.json is OpenAI's body for the endpoint, with fields of ReqRun beside if you like. Endpoints have the names of
OpenAI's clients (chat, responses, completions, embeddings, moderations, images.generate, images.edit, audio.speech,
audio.transcriptions, audio.translations), or are paths. A stream whose connection breaks goes on where it was.
With --wait and --stream the exit code is 0 when it was completed, 1 when it has failed, 124 when --timeout ran out.
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
    .option('-f, --file <path>', 'the body as JSON; - for standard input')
    .option(
      '-F, --form <field>',
      'a field of an upload: name=value, or name=@file; give it once for each',
      (field: string, before: readonly string[] | undefined) => [...(before ?? []), field],
    )
    .option('--endpoint <name>', 'the endpoint of OpenAI, by name or path', parseEndpoint, CHAT)
    .option('-w, --wait', 'wait until it has ended, and print the answer')
    .option('--stream', 'print the answer while it comes')
    .option('-o, --output <file>', 'write the answer to a file')
    .option('--idempotency-key <key>', 'calls with one key are one request');
  withTimeoutFlag(withKeyFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, self: Command) => run(context, flagsOf<RunFlags>(self)));
}

async function run(context: Context, flags: RunFlags): Promise<void> {
  const { output } = context;
  const client = applicationClient(context, flags);
  const body = await bodyOf(context, flags);
  if (flags.stream === true) {
    return stream(context, client, body, flags);
  }
  const waits = flags.wait === true || body['wait'] === true || body['wait'] === 'true';
  if (!waits && (flags.timeout !== undefined || flags.output !== undefined)) {
    throw new UsageError(
      flags.output === undefined
        ? '--timeout is for --wait. The deadline of a request is a field of its body.'
        : '--output is for --wait.',
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
    await showOutcome(context, client, record, flags);
  } else if (flags.json === true) {
    output.json(submitted.handle ?? submitted.ended);
  } else {
    output.result(submitted.id);
  }
}

async function bodyOf(
  { stdin, signal }: Context,
  { file, form, endpoint }: RunFlags,
): Promise<Record<string, unknown>> {
  const { isForm } = endpointOf(endpoint);
  if (isForm === true && form === undefined) {
    throw new UsageError(`${endpoint} takes a form: -F file=@speech.mp3 -F model=… for example.`);
  }
  if (isForm !== true && file === undefined) {
    throw new UsageError('Where is the body? Give -f body.json, or -f - for standard input.');
  }
  if (form !== undefined && (isForm !== true || file !== undefined)) {
    throw new UsageError('--form is for uploads, without --file.');
  }
  return form === undefined ? readBody(file ?? '-', stdin, signal) : readForm(form);
}

async function stream(
  context: Context,
  client: ReqRun,
  body: Record<string, unknown>,
  flags: RunFlags,
): Promise<void> {
  if (flags.output !== undefined || endpointOf(flags.endpoint).isStreamable !== true) {
    throw new UsageError(
      flags.output === undefined
        ? `${flags.endpoint} has no streams.`
        : '--output is for --wait. Send the stream into a file with >.',
    );
  }
  const { idempotencyKey } = flags;
  const limit = streamLimit(context, flags);
  const progress = context.output.progress('sending');
  const params = { ...body, stream: true as const, wait: true as const };
  let opened: RequestStream<unknown, unknown>;
  try {
    opened = await open(client, flags.endpoint, params, {
      signal: limit.signal,
      timeout: Infinity,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  } catch (error) {
    throw withKeyToGoOn(endOf(error, limit), context);
  } finally {
    progress.stop();
  }
  await showStream(context, client, opened, flags, limit);
}

/** Opens the stream of a body that the server checks. */
function open(
  client: ReqRun,
  endpoint: EndpointName,
  params: { stream: true; wait: true },
  options: CreateOptions,
): Promise<RequestStream<unknown, unknown>> {
  if (endpoint === 'responses') {
    return client.responses.create(params as ResponseCreateParams & typeof params, options);
  }
  if (endpoint === 'completions') {
    return client.completions.create(params as CompletionCreateParams & typeof params, options);
  }
  return client.chat.completions.create(
    params as ChatCompletionCreateParams & typeof params,
    options,
  );
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
    const handle = await createAt(flags.endpoint, client, params, {
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
