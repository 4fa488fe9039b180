import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';

import type { Command } from 'commander';

import { AdminClient } from '../admin/admin-client.js';
import { Config } from '../config.js';
import { type CommonFlags, type Context, flagsOf } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { readText } from '../input/body.js';
import { saveLocalEnv } from '../local-env.js';

interface LoginFlags extends CommonFlags {
  readonly dashboardUrl?: string;
  /** `false` is `--no-browser`. */
  readonly browser: boolean;
}

/** The page of the dashboard that makes tokens. */
const PAGE = '/profile';
const SCOPES = 'projects:read, keys:read, keys:write, metrics:read, and what else you need';

/**
 * Adds `login`.
 *
 * @param program where to
 * @param context of the program
 */
export function addLoginCommand(program: Command, context: Context): void {
  program
    .command('login')
    .description('take a personal access token from the dashboard, check it, and keep it')
    .option('--dashboard-url <url>', 'where the dashboard is (REQRUN_DASHBOARD_URL)')
    .option('--no-browser', 'print the address alone')
    .addHelpText(
      'after',
      `
Examples:
  reqrun login
  pass show reqrun/admin | reqrun login

It opens the page of the dashboard that makes tokens, and asks for the token, which is not shown while you paste it. When
the server knows it, it is kept in local.env of the home, readable by you alone.
`,
    )
    .action(async (_flags: unknown, self: Command) => login(context, flagsOf<LoginFlags>(self)));
}

async function login(context: Context, flags: LoginFlags): Promise<void> {
  const { output, signal } = context;
  const config = new Config(flags, context.environment);
  const { server, home } = config;
  const dashboard = flags.dashboardUrl ?? config.dashboard;
  if (isTerminal(context.stdin)) {
    if (dashboard === undefined) {
      throw new UsageError(
        'Where is the dashboard? Give --dashboard-url, or set REQRUN_DASHBOARD_URL.',
      );
    }
    const address = new URL(PAGE, dashboard).href;
    output.note(`Make a token at ${address}\nwith the scopes ${SCOPES}. Paste it here:`);
    if (flags.browser) {
      openBrowser(address);
    }
  }
  const secret = (await readSecret(context)).trim();
  const projects = await new AdminClient({ baseURL: server, secret }, signal).projects();
  const file = saveLocalEnv(home, { REQRUN_BASE_URL: server, REQRUN_ADMIN_TOKEN: secret });
  output.result(
    `The token is kept in ${file}. It sees ${projects.length === 1 ? 'one project' : `${projects.length} projects`}.`,
  );
}

/** Reads a line without showing it, or all of a pipe. */
async function readSecret({ stdin, signal }: Context): Promise<string> {
  if (!isTerminal(stdin)) {
    return readText('-', stdin, signal);
  }
  const unseen = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true });
  // In this mode the terminal sends no signal by itself.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lines.question('', { signal });
  } finally {
    lines.close();
  }
}

const isTerminal = (stdin: Readable & { readonly isTTY?: boolean }): boolean =>
  stdin.isTTY === true;

/** Opens an address; where that is not possible, the person has read it. */
function openBrowser(address: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
