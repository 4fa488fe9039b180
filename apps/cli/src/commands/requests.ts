import type { RequestListParams, RequestRecord, RequestStatus } from '@reqrun/sdk';
import { REQUEST_STATUSES } from '@reqrun/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';

import {
  applicationClient,
  callOptions,
  type CommonFlags,
  type Context,
  flagsOf,
} from '../context.js';
import { UsageError } from '../exit-codes.js';
import { follow, type WaitFlags } from '../follow.js';
import { parseCount } from '../input/count.js';
import { parseTime } from '../input/duration.js';
import { showAttempts, showRequest, showRequests } from '../output/show-requests.js';
import { withKeyFlags, withTimeoutFlag } from './flags.js';
import { type AnswerFlags, requireCompleted, showAnswer, showOutcome } from './outcome.js';
import { endOf, showStream, streamLimit } from './streaming.js';

const MAX_PAGE = 100;

interface ListFlags extends CommonFlags {
  readonly status?: RequestStatus;
  readonly endpoint?: string;
  readonly model?: string;
  readonly errorCode?: string;
  readonly idempotencyKey?: string;
  readonly idempotencyKeyPrefix?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly after?: string;
  readonly limit: number;
}

/**
 * Adds `requests` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addRequestCommands(program: Command, context: Context): void {
  const requests = withKeyFlags(
    program.command('requests').description('look at requests, cancel them, run them again'),
  ).addHelpText(
    'after',
    `
Examples:
  reqrun requests list --status failed --created-after 2h
  reqrun requests watch rr_01a1fc1dfd83723bba74ac863b007a0b
`,
  );
  addList(requests, context);
  addGet(requests, context);
  addAttempts(requests, context);
  addWatch(requests, context);
  addStream(requests, context);
  addCancel(requests, context);
  addRetry(requests, context);
}

function addList(requests: Command, context: Context): void {
  const time = 'a time, or how long ago, e.g. 2026-11-21T06:00:00Z or 2h';
  const ago = (text: string): string => parseTime(text, -1);
  requests
    .command('list')
    .description('requests, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(REQUEST_STATUSES))
    .option('--endpoint <path>', 'only those sent to it, e.g. /v1/embeddings')
    .option('--model <model>', 'only of this model')
    .option('--error-code <code>', 'only those that failed with it')
    .option('--idempotency-key <key>', 'only the one with this key')
    .option('--idempotency-key-prefix <prefix>', 'only those whose keys begin so')
    .option(
      '--metadata <pair>',
      'only those with this pair, e.g. order=4700; may be given several times',
      addPair,
    )
    .option('--created-after <time>', time, ago)
    .option('--created-before <time>', time, ago)
    .option('--after <id>', 'begin behind this one')
    .option('-n, --limit <count>', 'how many at most', parseCount, 20)
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests list
  reqrun requests list --status failed --error-code openai_http_429 --created-after 24h
  reqrun requests list --limit 500 --json | jq -r '.data[].id'
`,
    )
    .action(async (_flags: unknown, self: Command) => list(context, flagsOf<ListFlags>(self)));
}

async function list(context: Context, flags: ListFlags): Promise<void> {
  const { output } = context;
  const { limit } = flags;
  const data: RequestRecord[] = [];
  let hasMore = false;
  const pages = applicationClient(context, flags)
    .requests.list(paramsOf(flags), callOptions(context))
    .pages();
  for await (const page of pages) {
    data.push(...page.data.slice(0, limit - data.length));
    hasMore = page.has_more || data.at(-1)?.id !== page.data.at(-1)?.id;
    if (data.length >= limit) {
      break;
    }
  }
  const lastId = data.at(-1)?.id ?? null;
  if (flags.json === true) {
    output.json({
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: lastId,
      has_more: hasMore,
    });
    return;
  }
  if (data.length === 0) {
    output.note('No such requests.');
    return;
  }
  output.result(showRequests(data, output.colors));
  if (hasMore && lastId !== null) {
    output.note(output.noteColors.dim(`There are more: --after ${lastId}, or a higher --limit.`));
  }
}

function paramsOf(flags: ListFlags): RequestListParams {
  const { status, endpoint, model, errorCode, idempotencyKey, createdAfter, createdBefore, after } =
    flags;
  const { metadata, idempotencyKeyPrefix } = flags;
  return {
    limit: Math.min(flags.limit, MAX_PAGE),
    ...(status === undefined ? {} : { status }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(errorCode === undefined ? {} : { error_code: errorCode }),
    ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
    ...(idempotencyKeyPrefix === undefined ? {} : { idempotency_key_prefix: idempotencyKeyPrefix }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(createdAfter === undefined ? {} : { created_after: createdAfter }),
    ...(createdBefore === undefined ? {} : { created_before: createdBefore }),
    ...(after === undefined ? {} : { after }),
  };
}

function addPair(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError('It must be a pair like order=4700.');
  }
  return { ...before, [name]: value };
}

function addGet(requests: Command, context: Context): void {
  requests
    .command('get')
    .description('one request')
    .argument('<id>', 'rr_…')
    .option('--answer', 'print what the model said, and nothing else')
    .option('-o, --output <file>', 'write the answer to a file')
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests get rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests get rr_01a1fc1dfd83723bba74ac863b007a0b --answer > answer.txt
  reqrun requests get rr_01a1fc1dfd83723bba74ac863b007a0b --output hello.mp3
  reqrun requests get rr_01a1fc1dfd83723bba74ac863b007a0b --json | jq '.result'
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<AnswerFlags & { readonly answer?: boolean }>(self);
      const client = applicationClient(context, flags);
      const record = await client.requests.get(id, callOptions(context));
      if (flags.output !== undefined || (flags.answer === true && flags.json !== true)) {
        await showAnswer(context, client, record, flags);
      } else {
        show(context, flags, record);
      }
    });
}

function addAttempts(requests: Command, context: Context): void {
  requests
    .command('attempts')
    .description('every attempt of a request, and why it was followed by what')
    .argument('<id>', 'rr_…')
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests attempts rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests attempts rr_01a1fc1dfd83723bba74ac863b007a0b --json | jq '.data[].error_code'
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const { output } = context;
      const flags = flagsOf(self);
      const attempts = await applicationClient(context, flags).requests.attempts(
        id,
        callOptions(context),
      );
      if (flags.json === true) {
        output.json(attempts);
      } else if (attempts.data.length === 0) {
        output.note('No attempt yet.');
      } else {
        output.result(showAttempts(attempts.data, output.colors));
      }
    });
}

function addWatch(requests: Command, context: Context): void {
  const command = requests
    .command('watch')
    .description('wait until a request has ended, and show it')
    .argument('<id>', 'rr_…');
  withTimeoutFlag(command)
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests watch rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests watch rr_01a1fc1dfd83723bba74ac863b007a0b --timeout 10m && echo completed

The exit code is 0 when it was completed, 1 when it has failed or was canceled, 124 when --timeout ran
out. With --json the record is printed once, when it has ended.
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<WaitFlags>(self);
      const record = await follow(context, applicationClient(context, flags), id, flags);
      show(context, flags, record);
      requireCompleted(record);
    });
}

function addStream(requests: Command, context: Context): void {
  const command = requests
    .command('stream')
    .description(
      'print the answer of a request while it comes, from its beginning or from a frame on',
    )
    .argument('<id>', 'rr_…')
    .option('--starting-after <frame>', 'begin behind this frame, e.g. 1-57');
  withTimeoutFlag(command)
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests stream rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests stream rr_01a1fc1dfd83723bba74ac863b007a0b --starting-after 1-57
  reqrun requests stream rr_01a1fc1dfd83723bba74ac863b007a0b --json    a frame in each line

A completed request that was no stream is shown as one.
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<WaitFlags & { readonly startingAfter?: string }>(self);
      const client = applicationClient(context, flags);
      const limit = streamLimit(context, flags);
      const stream = await client.requests
        .stream(id, {
          signal: limit.signal,
          timeout: Infinity,
          ...(flags.startingAfter === undefined ? {} : { startingAfter: flags.startingAfter }),
        })
        .catch((error: unknown) => {
          throw endOf(error, limit);
        });
      await showStream(context, client, stream, flags, limit);
    });
}

function addCancel(requests: Command, context: Context): void {
  requests
    .command('cancel')
    .description('end a request; one that has ended stays as it is')
    .argument('<id>', 'rr_…')
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests cancel rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests list --status queued --json | jq -r '.data[].id' | xargs -n1 reqrun requests cancel
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf(self);
      const record = await applicationClient(context, flags).requests.cancel(
        id,
        callOptions(context),
      );
      show(context, flags, record);
    });
}

function addRetry(requests: Command, context: Context): void {
  const command = requests
    .command('retry')
    .description('run a failed or canceled request again, under the same id')
    .argument('<id>', 'rr_…')
    .option('-w, --wait', 'wait until it has ended, and print the answer');
  withTimeoutFlag(command)
    .addHelpText(
      'after',
      `
Examples:
  reqrun requests retry rr_01a1fc1dfd83723bba74ac863b007a0b
  reqrun requests retry rr_01a1fc1dfd83723bba74ac863b007a0b --wait --timeout 5m
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<WaitFlags & { readonly wait?: boolean }>(self);
      if (flags.timeout !== undefined && flags.wait !== true) {
        throw new UsageError('--timeout is for --wait.');
      }
      const client = applicationClient(context, flags);
      const record = await client.requests.retry(id, callOptions(context));
      if (flags.wait === true) {
        const ended = await follow(context, client, id, flags);
        await showOutcome(context, client, ended, flags);
      } else {
        show(context, flags, record);
      }
    });
}

function show({ output }: Context, { json }: CommonFlags, record: RequestRecord): void {
  if (json === true) {
    output.json(record);
  } else {
    output.result(showRequest(record, output.colors));
  }
}
