import {
  API_KEY_SCOPES,
  type ApiKeyScope,
  REQUEST_MODES,
  type RequestMode,
} from '@reqrun/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';

import type { AdminClient } from '../admin/admin-client.js';
import { findProject } from '../admin/find-project.js';
import type { Key, KeyWithSecret } from '../admin/types.js';
import { administration, type CommonFlags, type Context, flagsOf } from '../context.js';
import { parseDuration, parseTime } from '../input/duration.js';
import { printable, shortTime } from '../output/printable.js';
import { showKeys } from '../output/show-keys.js';

interface CreateFlags extends CommonFlags {
  readonly name: string;
  readonly mode: RequestMode;
  readonly scope?: readonly ApiKeyScope[];
  readonly expires?: string;
}

/**
 * Adds `keys` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addKeyCommands(program: Command, context: Context): void {
  const keys = program
    .command('keys')
    .description('make, list, rotate and revoke API keys, with a personal access token')
    .option('--project <name or id>', 'whose keys; needed where there are several (REQRUN_PROJECT)')
    .option('--admin-token-file <file>', 'read the personal access token from a file')
    .addHelpText(
      'after',
      `
The token (reqrun_admin_…) comes from REQRUN_ADMIN_TOKEN in the environment or in local.env, or from a
file; never from a flag, which others on the machine could see. The dashboard makes tokens: this takes
the scopes keys:read, keys:write and projects:read, and those of the keys
that it makes or rotates: requests:read, requests:write.

Examples:
  REQRUN_ADMIN_TOKEN=$(pass show reqrun/admin) reqrun keys list
  reqrun keys create --name billing --mode live --project default
`,
    );
  addList(keys, context);
  addCreate(keys, context);
  addRotate(keys, context);
  addRevoke(keys, context);
}

function addList(keys: Command, context: Context): void {
  keys
    .command('list')
    .description('all keys of a project, newest first; none can be read from it')
    .addHelpText(
      'after',
      `
Examples:
  reqrun keys list
  reqrun keys list --json | jq -r '.data[] | select(.state == "expiring") | .name'
`,
    )
    .action(async (_flags: unknown, self: Command) => {
      const { output } = context;
      const flags = flagsOf(self);
      const { client, projectId } = await open(context, flags);
      const data = await client.keys(projectId);
      if (flags.json === true) {
        output.json({ object: 'list', data });
      } else if (data.length === 0) {
        output.note('This project has no keys.');
      } else {
        output.result(showKeys(data, output.colors));
      }
    });
}

function addCreate(keys: Command, context: Context): void {
  keys
    .command('create')
    .description('make a key; it is printed once, to standard output')
    .requiredOption('--name <name>', 'what people call it')
    .addOption(
      new Option('--mode <mode>', 'live calls the provider, test the simulator')
        .choices(REQUEST_MODES)
        .makeOptionMandatory(),
    )
    .option(
      '--scope <scope>',
      `one of ${API_KEY_SCOPES.join(', ')}; may be repeated; both by default`,
      scopes,
    )
    .option(
      '--expires <time>',
      'a time, or in how long, e.g. 90d; never by default',
      (text: string) => parseTime(text, 1),
    )
    .addHelpText(
      'after',
      `
Examples:
  reqrun keys create --name billing --mode live --expires 90d
  reqrun keys create --name reports --mode live --scope requests:read
  reqrun keys create --name ci --mode test > key.txt     the key alone goes into the file
  reqrun keys create --name ci --mode test --json | jq -r '.secret'
`,
    )
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf<CreateFlags>(self);
      const { name, mode, scope, expires } = flags;
      const { client, projectId } = await open(context, flags);
      const key = await client.createKey(projectId, {
        name,
        mode,
        ...(scope === undefined ? {} : { scopes: scope }),
        ...(expires === undefined ? {} : { expires_at: expires }),
      });
      showSecret(context, flags, key, 'Made');
    });
}

function addRotate(keys: Command, context: Context): void {
  keys
    .command('rotate')
    .description('make a key that takes another’s place; it is printed once, to standard output')
    .argument('<id>', 'the id of the old one, from the list')
    .option(
      '--overlap <duration>',
      'how long both work, e.g. 0s or 7d; 24h by default',
      parseDuration,
    )
    .addHelpText(
      'after',
      `
Examples:
  reqrun keys rotate 0199f0a2-5c1e-7d4b-9a3f-2b6d8e1c4f70 > key.txt
  reqrun keys rotate 0199f0a2-5c1e-7d4b-9a3f-2b6d8e1c4f70 --overlap 7d
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<{ readonly overlap?: number }>(self);
      const { client, projectId } = await open(context, flags);
      const seconds = flags.overlap === undefined ? undefined : Math.round(flags.overlap / 1_000);
      showSecret(context, flags, await client.rotateKey(projectId, id, seconds), 'Rotated to');
    });
}

function addRevoke(keys: Command, context: Context): void {
  keys
    .command('revoke')
    .description('take a key back; it is refused everywhere within 10 s')
    .argument('<id>', 'from the list')
    .addHelpText(
      'after',
      `
Examples:
  reqrun keys revoke 0199f0a2-5c1e-7d4b-9a3f-2b6d8e1c4f70
`,
    )
    .action(async (id: string, _flags: unknown, self: Command) => {
      const { output } = context;
      const flags = flagsOf(self);
      const { client, projectId } = await open(context, flags);
      const key = await client.revokeKey(projectId, id);
      if (flags.json === true) {
        output.json(key);
      } else {
        output.result(`Revoked ${describe(key)}.`);
      }
    });
}

async function open(
  context: Context,
  flags: CommonFlags,
): Promise<{ client: AdminClient; projectId: string }> {
  const { client, project } = administration(context, flags);
  return { client, projectId: await findProject(project, () => client.projects()) };
}

/** The only place where a secret is printed. */
function showSecret(
  { output }: Context,
  { json }: CommonFlags,
  key: KeyWithSecret,
  verb: string,
): void {
  if (json === true) {
    output.json(key);
    return;
  }
  const until = key.expires_at === null ? '' : `, until ${shortTime(key.expires_at)} UTC`;
  output.note(`${verb} ${describe(key)}${until}. The key is shown this once:`);
  output.result(key.secret);
}

function describe({ id, name, mode, last_four: lastFour }: Key): string {
  return printable(`the ${mode} key “${name}” (…${lastFour}), ${id}`);
}

function scopes(text: string, before: readonly ApiKeyScope[] | undefined): readonly ApiKeyScope[] {
  const scope = API_KEY_SCOPES.find((name) => name === text);
  if (scope === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${API_KEY_SCOPES.join(', ')}.`);
  }
  return [...new Set([...(before ?? []), scope])];
}
