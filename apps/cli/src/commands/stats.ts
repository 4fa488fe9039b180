import { type Command, Option } from 'commander';

import type { MetricsQuery } from '../admin/admin-client.js';
import { findProject } from '../admin/find-project.js';
import { administration, type CommonFlags, type Context, flagsOf } from '../context.js';
import { parseTime } from '../input/duration.js';
import { showStats } from '../output/show-stats.js';

interface StatsFlags extends CommonFlags {
  readonly from: string;
  readonly to?: string;
  readonly mode?: 'live' | 'test';
}

/**
 * Adds `stats`.
 *
 * @param program where to
 * @param context of the program
 */
export function addStatsCommand(program: Command, context: Context): void {
  const time = 'a time, or how long ago, e.g. 2026-11-21T06:00:00Z or 2h';
  const ago = (text: string): string => parseTime(text, -1);
  program
    .command('stats')
    .description('how the requests of a project fared: by outcome, error code and model')
    .option('--from <time>', time, ago, parseTime('24h', -1))
    .option('--to <time>', time, ago)
    .addOption(new Option('--mode <mode>', 'live or test requests alone').choices(['live', 'test']))
    .option('--project <name or id>', 'the project')
    .option('--admin-token-file <file>', 'read the personal access token from a file')
    .addHelpText(
      'after',
      `
Examples:
  reqrun stats
  reqrun stats --from 7d --mode live
  reqrun stats --json | jq .failures_by_code

A request counts in the time in which it was accepted. The token needs the scopes metrics:read and projects:read.
`,
    )
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf<StatsFlags>(self);
      const { client, project } = administration(context, flags);
      const id = await findProject(project, () => client.projects());
      const { from, to, mode } = flags;
      const query: MetricsQuery = {
        from,
        ...(to === undefined ? {} : { to }),
        ...(mode === undefined ? {} : { mode }),
      };
      const metrics = await client.metrics(id, query);
      if (flags.json === true) {
        context.output.json(metrics);
      } else {
        context.output.result(showStats(metrics, context.output.colors));
      }
    });
}
