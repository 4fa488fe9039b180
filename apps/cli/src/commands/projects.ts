import { type Command, InvalidArgumentError } from 'commander';

import { findProject } from '../admin/find-project.js';
import type { ProjectBounds } from '../admin/types.js';
import { administration, type CommonFlags, type Context, flagsOf } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { parseCount } from '../input/count.js';
import { printable } from '../output/printable.js';
import { showProjects } from '../output/show-projects.js';

interface BoundFlags extends CommonFlags {
  /** Null takes the bound away. */
  readonly maxOpen?: number | null;
  readonly maxCalls?: number | null;
}

/**
 * Adds `projects` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addProjectCommands(program: Command, context: Context): void {
  const projects = program
    .command('projects')
    .description('list and bound projects, with a personal access token')
    .option('--project <name or id>', 'whose; needed where there are several (REQRUN_PROJECT)')
    .option('--admin-token-file <file>', 'read the personal access token from a file')
    .addHelpText(
      'after',
      `
The token (reqrun_admin_…) takes the scopes projects:read, and projects:write to change something.

Examples:
  reqrun projects list
  reqrun projects bound --project shop --max-open 10000 --max-calls 50
  reqrun projects bound --project shop --max-calls none
`,
    );
  projects
    .command('list')
    .description('all projects, newest first, with their bounds')
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf(self);
      const data = await administration(context, flags).client.projects();
      if (flags.json === true) {
        context.output.json({ object: 'list', data });
      } else {
        context.output.result(showProjects(data, context.output.colors));
      }
    });
  projects
    .command('bound')
    .description('bound what a project has open and runs at once; live and test requests each')
    .option(
      '--max-open <number>',
      'most open requests, further ones get 429; `none` for what the installation allows',
      parseBound,
    )
    .option(
      '--max-calls <number>',
      'most provider calls at once over all workers, further requests wait; or `none`',
      parseBound,
    )
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf<BoundFlags>(self);
      const bounds: Partial<ProjectBounds> = {
        ...(flags.maxOpen !== undefined && { max_open_requests: flags.maxOpen }),
        ...(flags.maxCalls !== undefined && { max_concurrent_calls: flags.maxCalls }),
      };
      if (Object.keys(bounds).length === 0) {
        throw new UsageError('Say what to bound: --max-open or --max-calls.');
      }
      const { client, project } = administration(context, flags);
      const projectId = await findProject(project, () => client.projects());
      const changed = await client.boundProject(projectId, bounds);
      if (flags.json === true) {
        context.output.json(changed);
        return;
      }
      const { max_open_requests: open, max_concurrent_calls: calls } = changed.settings;
      context.output.result(
        printable(`${changed.name}: max open ${open ?? 'none'}, max calls ${calls ?? 'none'}`),
      );
    });
}

/**
 * Reads a bound.
 *
 * @param text a whole number above 0, or `none`
 * @returns null for `none`
 * @throws InvalidArgumentError
 */
function parseBound(text: string): number | null {
  if (text === 'none') {
    return null;
  }
  try {
    return parseCount(text);
  } catch {
    throw new InvalidArgumentError('It must be a whole number above 0, or none.');
  }
}
