import { relative } from 'node:path';

import type { Home } from './home.js';
import type { Terminal } from './terminal.js';

/** Target of the first project's calls. */
export type ProviderInUse =
  | { readonly kind: 'none' }
  | { readonly kind: 'simulator' }
  | { readonly kind: 'url'; readonly baseUrl: string };

/** Facts that the banner tells. */
export interface BannerFacts {
  /** The API's origin, without `/v1`. */
  readonly baseUrl: string;
  /** Origin at which users reach the dashboard; null where it does not run. */
  readonly dashboardUrl: string | null;
  readonly provider: ProviderInUse;
  /** Whether `REDIS_URL` is set. */
  readonly usesRedis: boolean;
  /** Whether `DATABASE_URL` is set. */
  readonly usesOwnDatabase: boolean;
  /** Whether the keys in `local.env` are there to be used. */
  readonly hasKeys: boolean;
  readonly home: Home;
  /** Whether the access token of the command line lies in `local.env`. */
  readonly hasToken: boolean;
  /** From the command that started it until now, in milliseconds. */
  readonly tookMs: number;
}

/**
 * Composes what is on the screen when everything runs: short, no key in it.
 *
 * @param facts what it tells
 * @param terminal for bold and dim
 * @param directory where the reader is: paths are shown from there
 */
export function banner(
  facts: BannerFacts,
  terminal: Pick<Terminal, 'bold' | 'dim'>,
  directory = process.cwd(),
): readonly string[] {
  const { bold, dim } = terminal;
  const { home } = facts;
  const shown = (path: string) => {
    const short = relative(directory, path);
    return short.startsWith('..') ? path : short;
  };
  const row = (label: string, value: string) => `  ${dim(label.padEnd(11))}${value}`;
  return [
    '',
    `${bold('ReqRun is ready')} ${dim(`(${duration(facts.tookMs)})`)}`,
    '',
    row('API', `${facts.baseUrl}/v1`),
    row(
      'Dashboard',
      facts.dashboardUrl === null
        ? 'none (REQRUN_LEAN)'
        : `${facts.dashboardUrl} (sign in as ${shown(home.localEnv)} says)`,
    ),
    row('Provider', describeProvider(facts.provider)),
    row('Database', facts.usesOwnDatabase ? 'DATABASE_URL' : `embedded, ${shown(home.database)}`),
    row('Timers', facts.usesRedis ? 'Redis (REDIS_URL)' : 'PostgreSQL (no REDIS_URL)'),
    row('Keys', facts.hasKeys ? shown(home.localEnv) : 'as you keep them'),
    ...(facts.hasToken
      ? [row('Commands', `npx --no -- reqrun keys list${homeFlag(shown(home.directory))}`)]
      : []),
    row('Logs', shown(home.logs)),
    '',
    `${bold('Try it')} in another shell:`,
    '',
    curlLine(home.localEnv, facts.hasKeys),
    '',
    dim('Ctrl-C stops everything; what was accepted is kept.'),
    '',
  ];
}

/**
 * A first request for any POSIX shell, from any folder. It reads the key where it lies, so that
 * none is printed.
 *
 * @param localEnv the absolute path of `local.env`
 * @param hasKeys whether the key lies there
 */
export function curlLine(localEnv: string, hasKeys = true): string {
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    wait: true,
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  return [
    `. ${quoted(localEnv)} &&`,
    ...(hasKeys ? [] : ['REQRUN_API_KEY=…', '&&']),
    `curl -sS "$REQRUN_BASE_URL/v1/chat/completions"`,
    `-H "Authorization: Bearer $REQRUN_API_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d '${body}'`,
  ].join(' ');
}

/** The command line looks for a home in the folder that it is run in; any other has to be named. */
function homeFlag(directory: string): string {
  return directory === '.reqrun' ? '' : ` --home ${quoted(directory)}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function describeProvider(provider: ProviderInUse): string {
  switch (provider.kind) {
    case 'url':
      return provider.baseUrl;
    case 'simulator':
      return 'the built-in simulator, which makes answers up (set OPENAI_API_KEY for a real one)';
    case 'none':
      return 'none: requests fail until a project has one (REQRUN_LEAN leaves the simulator out)';
  }
}

/** The shell takes what stands between single quotes as it is. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
