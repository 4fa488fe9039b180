import { readFileSync } from 'node:fs';

import { APIAbortError, ReqRunError } from '@reqrun/sdk';
import { Command, CommanderError } from 'commander';

import { addBatchCommands } from './commands/batch.js';
import { addKeyCommands } from './commands/keys.js';
import { addLoginCommand } from './commands/login.js';
import { addPolicyCommands } from './commands/policies.js';
import { addLaneCommands } from './commands/lanes.js';
import { addProjectCommands } from './commands/projects.js';
import { addProviderCommands } from './commands/providers.js';
import { addRequestCommands } from './commands/requests.js';
import { addRunCommand } from './commands/run.js';
import { addStatsCommand } from './commands/stats.js';
import type { Context } from './context.js';
import { CliError, EXIT, EXIT_CODES_HELP, type ExitCode, exitCodeOf } from './exit-codes.js';

const HELP = `${EXIT_CODES_HELP}
Settings come from flags, else from the environment, else from local.env in REQRUN_HOME or ./.reqrun:
  REQRUN_BASE_URL      where ReqRun is (--base-url)
  REQRUN_API_KEY       for run, batch, requests and policies (--api-key-file)
  REQRUN_TEST_API_KEY  the same with --test
  REQRUN_ADMIN_TOKEN   for keys, providers and stats (--admin-token-file)
  REQRUN_PROJECT       for keys, providers and stats (--project)
NO_COLOR switches colors off. Results go to standard output, all else to standard error.

Examples:
  reqrun run -f body.json --wait
  reqrun batch run tickets.jsonl > results.jsonl
  reqrun requests list --status failed
  reqrun keys list
  reqrun providers list
`;

/**
 * Runs the command line.
 *
 * @param args without the program's own name
 * @param context what it is run with
 * @returns the exit code; errors have been shown
 */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  try {
    await makeProgram(context).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has said itself what is wrong.
    if (!(error instanceof CommanderError)) {
      const message = messageOf(error);
      if (message !== '') {
        context.output.error(message);
      }
    }
    return exitCodeOf(error, context.signal.reason as ExitCode | undefined);
  }
}

function makeProgram(context: Context): Command {
  const { output } = context;
  const program = new Command('reqrun')
    .description('The command line of ReqRun, a reliability layer for LLM requests.')
    .version(version(), '-V, --version')
    // Both are taken over by the commands below, which are made after them.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.result(text.replace(/\n$/, '')),
      writeErr: (text) => output.note(text.replace(/\n$/, '')),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows examples)')
    .option('--json', 'print JSON, for programs')
    .option('--base-url <url>', 'where ReqRun is, with or without /v1')
    .option('--home <folder>', 'the folder of local.env')
    .addHelpText('after', HELP);
  addRunCommand(program, context);
  addRequestCommands(program, context);
  addBatchCommands(program, context);
  addPolicyCommands(program, context);
  addKeyCommands(program, context);
  addProjectCommands(program, context);
  addProviderCommands(program, context);
  addLaneCommands(program, context);
  addStatsCommand(program, context);
  addLoginCommand(program, context);
  return program;
}

function messageOf(error: unknown): string {
  if (error instanceof APIAbortError) {
    return 'Interrupted.';
  }
  if (error instanceof CliError || error instanceof ReqRunError) {
    return error.message;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : 'Something went wrong.';
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
