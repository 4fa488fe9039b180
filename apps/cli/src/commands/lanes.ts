import type { Command } from 'commander';

import type { AdminClient } from '../admin/admin-client.js';
import { findProject } from '../admin/find-project.js';
import type { Lane, LaneName } from '../admin/types.js';
import { administration, type CommonFlags, type Context, flagsOf } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { parseCount } from '../input/count.js';
import { printable } from '../output/printable.js';
import { limitsInWords, showLanes } from '../output/show-lanes.js';

interface LimitFlags extends CommonFlags {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly callsAtOnce?: number;
  readonly none?: true;
}

/** Commands that change a lane, each with what it is for and what is printed then. */
const ACTIONS = [
  ['open', 'stop calling a model; its requests wait, or go on with their fallbacks', 'Stopped'],
  ['close', 'let the calls go on of a model that is open or paced', 'Started'],
  ['probe', 'try an open model now, with one of the requests that wait', 'A probe is due of'],
] as const;

/**
 * Adds `lanes` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addLaneCommands(program: Command, context: Context): void {
  const lanes = program
    .command('lanes')
    .description(
      'show and limit how fast models are called, stop and start them, with a personal access token',
    )
    .option('--project <name or id>', 'whose; needed where there are several (REQRUN_PROJECT)')
    .option('--admin-token-file <file>', 'read the personal access token from a file')
    .addHelpText(
      'after',
      `
A lane is a model of a provider, or without a model, all models of the provider together. The token
(reqrun_admin_…) takes the scope projects:read to list, and providers:write to change something.

Examples:
  reqrun lanes list
  reqrun lanes limit azure gpt-4o --requests-per-minute 600 --calls-at-once 20
  reqrun lanes limit azure gpt-4o --none
  reqrun lanes open azure
`,
    );
  lanes
    .command('list')
    .description('models that are limited, fail, or were limited or stopped by hand')
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf(self);
      const { client, projectId } = await open(context, flags);
      const data = await client.lanes(projectId);
      if (flags.json === true) {
        context.output.json({ object: 'list', data });
      } else if (data.length === 0) {
        context.output.note('All models are called at full speed.');
      } else {
        context.output.result(showLanes(data, context.output.colors));
      }
    });
  named(lanes.command('limit'))
    .description('set limits in place of those that were set before')
    .option('--requests-per-minute <n>', 'calls that begin in any minute', parseCount)
    .option('--tokens-per-minute <n>', 'tokens in a minute, by the mean of calls', parseCount)
    .option('--calls-at-once <n>', 'calls under way at once, of all workers together', parseCount)
    .option('--none', 'take the limits away')
    .action(async (provider: string, model: string | undefined, _flags: unknown, self: Command) => {
      const flags = flagsOf<LimitFlags>(self);
      const limits = {
        requests_per_minute: flags.requestsPerMinute ?? null,
        tokens_per_minute: flags.tokensPerMinute ?? null,
        calls_at_once: flags.callsAtOnce ?? null,
      };
      const hasLimit = Object.values(limits).some((limit) => limit !== null);
      if (hasLimit === (flags.none === true)) {
        throw new UsageError('Give at least one limit, or --none to take the limits away.');
      }
      const { client, projectId } = await open(context, flags);
      const lane = await client.limitLane(projectId, nameOf(provider, model), limits);
      const words = lane.limits === null ? 'no limits by hand' : limitsInWords(lane.limits);
      show(context, flags, lane, `Limits of ${wordsOf(lane)}: ${words}.`);
    });
  for (const [action, description, done] of ACTIONS) {
    named(lanes.command(action))
      .description(description)
      .action(
        async (provider: string, model: string | undefined, _flags: unknown, self: Command) => {
          const flags = flagsOf(self);
          const { client, projectId } = await open(context, flags);
          const lane = await client.changeLane(projectId, nameOf(provider, model), action);
          show(context, flags, lane, `${done} ${wordsOf(lane)}.`);
        },
      );
  }
}

const named = (command: Command): Command =>
  command
    .argument('<provider>', 'its name')
    .argument('[model]', 'as the provider is asked for it; without it, all models together');

const nameOf = (provider: string, model: string | undefined): LaneName => ({
  provider,
  model: model ?? null,
});

const wordsOf = ({ provider, model }: LaneName): string =>
  model === null ? `${provider}, all models together` : `${provider}/${model}`;

async function open(
  context: Context,
  flags: CommonFlags,
): Promise<{ client: AdminClient; projectId: string }> {
  const { client, project } = administration(context, flags);
  return { client, projectId: await findProject(project, () => client.projects()) };
}

function show({ output }: Context, { json }: CommonFlags, lane: Lane, words: string): void {
  if (json === true) {
    output.json(lane);
  } else {
    output.result(printable(words));
  }
}
