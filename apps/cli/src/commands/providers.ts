import {
  AUTO_OR_OFF,
  type AutoOrOff,
  PROVIDER_KINDS,
  type ProviderKind,
  STREAM_USAGES,
  type StreamUsage,
} from '@reqrun/contracts';
import { type Command, Option } from 'commander';

import type { AdminClient } from '../admin/admin-client.js';
import { findProject } from '../admin/find-project.js';
import type { NewProvider, Provider } from '../admin/types.js';
import { readSecretFile } from '../config.js';
import { administration, type CommonFlags, type Context, flagsOf } from '../context.js';
import { CliError, EXIT, UsageError } from '../exit-codes.js';
import { printable } from '../output/printable.js';
import { showProviders } from '../output/show-providers.js';

interface ProviderFlags extends CommonFlags {
  readonly kind?: ProviderKind;
  readonly url?: string;
  readonly keyFile?: string;
  readonly apiVersion?: string;
  readonly model?: readonly string[];
  readonly streamUsage?: StreamUsage;
  readonly pacing?: AutoOrOff;
  readonly breaker?: AutoOrOff;
  readonly default?: true;
}

/** Base URLs of kinds that have one address. */
const ADDRESSES: Partial<Readonly<Record<ProviderKind, string>>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai',
};

/**
 * Adds `providers` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addProviderCommands(program: Command, context: Context): void {
  const providers = program
    .command('providers')
    .description('add, list, change, remove and test providers, with a personal access token')
    .option('--project <name or id>', 'whose; needed where there are several (REQRUN_PROJECT)')
    .option('--admin-token-file <file>', 'read the personal access token from a file')
    .addHelpText(
      'after',
      `
Requests name a provider by the prefix of their model: azure/gpt-4o. The token (reqrun_admin_…) takes the
scopes projects:read, providers:write to change something, and projects:write to test.

Examples:
  reqrun providers list
  pass show azure | reqrun providers add azure --kind azure --url https://example.openai.azure.com --key-file /dev/stdin
`,
    );
  providers
    .command('list')
    .description('all providers of a project, the default one first; no key can be read from it')
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf(self);
      const { client, projectId } = await open(context, flags);
      const data = await client.providers(projectId);
      if (flags.json === true) {
        context.output.json({ object: 'list', data });
      } else if (data.length === 0) {
        context.output.note('This project has no provider: its live requests go to the simulator.');
      } else {
        context.output.result(showProviders(data, context.output.colors));
      }
    });
  withFields(providers.command('add'), 'openai by default')
    .description('add a provider; the first one of a project is its default')
    .argument('<name>', 'stands before the slash in the names of models')
    .action(async (name: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<ProviderFlags>(self);
      const kind = flags.kind ?? 'openai';
      const baseUrl = flags.url ?? ADDRESSES[kind];
      if (baseUrl === undefined) {
        throw new UsageError(`--url is needed for a provider of the kind ${kind}.`);
      }
      const { client, projectId } = await open(context, flags);
      const provider = { name, base_url: baseUrl, ...fieldsOf(flags) };
      show(context, flags, await client.addProvider(projectId, provider), 'Added');
    });
  withFields(providers.command('set'), 'stays by default')
    .description('change a provider; its key goes only to the server that it was given for')
    .argument('<name>', 'from the list')
    .action(async (name: string, _flags: unknown, self: Command) => {
      const flags = flagsOf<ProviderFlags>(self);
      const { client, projectId } = await open(context, flags);
      const change = {
        ...(flags.url !== undefined && { base_url: flags.url }),
        ...fieldsOf(flags),
      };
      show(context, flags, await client.changeProvider(projectId, name, change), 'Changed');
    });
  providers
    .command('remove')
    .description('remove a provider and forget its key; requests that wait for it go on or fail')
    .argument('<name>', 'from the list')
    .action(async (name: string, _flags: unknown, self: Command) => {
      const { client, projectId } = await open(context, flagsOf(self));
      await client.removeProvider(projectId, name);
      context.output.result(printable(`Removed the provider ${name}.`));
    });
  providers
    .command('test')
    .description('call a provider, cheaply: list its models')
    .argument('<name>', 'from the list')
    .action(async (name: string, _flags: unknown, self: Command) => {
      const flags = flagsOf(self);
      const { client, projectId } = await open(context, flags);
      const test = await client.testProvider(projectId, name);
      if (flags.json === true) {
        context.output.json(test);
      } else if (test.ok) {
        const models = test.models === null ? '' : `, ${test.models} models`;
        context.output.result(printable(`${name} answered in ${test.duration_ms} ms${models}.`));
      }
      if (!test.ok) {
        const status = test.http_status === null ? '' : ` (HTTP ${test.http_status})`;
        throw new CliError(
          EXIT.failed,
          printable(`${name} failed: ${test.error_code ?? 'unknown'}${status}.`),
        );
      }
    });
}

function withFields(command: Command, kindByDefault: string): Command {
  return command
    .addOption(
      new Option('--kind <kind>', `what it speaks; ${kindByDefault}`).choices(PROVIDER_KINDS),
    )
    .option('--url <url>', 'its base URL, with its /v1; known for openai, anthropic and gemini')
    .option('--key-file <file>', 'read its key from a file, which can be a pipe')
    .option('--api-version <version>', 'of Azure alone: the version of its dated API')
    .option(
      '--model <name>',
      'the only models that it is called with; may be repeated; any by default',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .addOption(
      new Option(
        '--stream-usage <when>',
        'ask for the usage of streams; auto by default: where that is known to be taken',
      ).choices(STREAM_USAGES),
    )
    .addOption(
      new Option('--pacing <when>', 'let limits that it tells of slow its calls').choices(
        AUTO_OR_OFF,
      ),
    )
    .addOption(
      new Option('--breaker <when>', 'let its failures slow or stop its calls').choices(
        AUTO_OR_OFF,
      ),
    )
    .option('--default', 'requests that name no provider go to it');
}

/** The fields that a new provider and a change have in common. */
function fieldsOf(flags: ProviderFlags): Partial<NewProvider> {
  return {
    ...(flags.kind !== undefined && { kind: flags.kind }),
    ...(flags.keyFile !== undefined && { api_key: readSecretFile(flags.keyFile) }),
    ...(flags.apiVersion !== undefined && { api_version: flags.apiVersion }),
    ...(flags.model !== undefined && { models: flags.model }),
    ...(flags.streamUsage !== undefined && { stream_usage: flags.streamUsage }),
    ...(flags.pacing !== undefined && { pacing: flags.pacing }),
    ...(flags.breaker !== undefined && { breaker: flags.breaker }),
    ...(flags.default === true && { is_default: true }),
  };
}

async function open(
  context: Context,
  flags: CommonFlags,
): Promise<{ client: AdminClient; projectId: string }> {
  const { client, project } = administration(context, flags);
  return { client, projectId: await findProject(project, () => client.projects()) };
}

function show({ output }: Context, { json }: CommonFlags, provider: Provider, verb: string): void {
  if (json === true) {
    output.json(provider);
    return;
  }
  const key = provider.key_last_four === null ? '' : ` (…${provider.key_last_four})`;
  const main = provider.is_default ? ', the default' : '';
  output.result(
    printable(`${verb} the provider ${provider.name}${key}${main}: ${provider.base_url}`),
  );
}
