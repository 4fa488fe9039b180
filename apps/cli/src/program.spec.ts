import { PassThrough } from 'node:stream';

import { Output } from './output/output.js';
import { runProgram } from './program.js';

/** Runs the program without a server. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runProgram(args, {
    output: new Output(stdout, stderr, { noColor: true, animated: false }),
    stdin: new PassThrough(),
    signal: new AbortController().signal,
    environment: {},
  });
  const written = (stream: PassThrough): string => String(stream.read() ?? '');
  return { code, stdout: written(stdout), stderr: written(stderr) };
}

const COMMANDS = [
  ['run'],
  ['requests'],
  ...['list', 'get', 'attempts', 'watch', 'stream', 'cancel', 'retry'].map((name) => [
    'requests',
    name,
  ]),
  ['batch', 'run'],
  ['stats'],
  ['login'],
  ['keys'],
  ...['list', 'create', 'rotate', 'revoke'].map((name) => ['keys', name]),
];

describe('the command line', () => {
  it.each(COMMANDS.map((words) => [words.join(' '), words] as const))(
    'shows examples of %s',
    async (name, words) => {
      const { code, stdout, stderr } = await run(...words, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: reqrun ${name} [options]`);
      expect(stdout).toMatch(new RegExp(`Examples:\\n[^]*reqrun ${name}`));
      expect(stdout).toContain('--json');
      expect(stderr).toBe('');
    },
  );

  it('tells its exit codes and its settings', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes:');
    expect(stdout).toContain('REQRUN_ADMIN_TOKEN');
  });

  it('takes no key and no token from a flag: others could see it', async () => {
    for (const words of COMMANDS) {
      const { stdout } = await run(...words, '--help');
      expect(stdout).not.toMatch(/--(api-key|key|admin-token|token)[ =]/);
    }
  });

  it.each([
    [[]],
    [['requests']],
    [['frob']],
    [['requests', 'get']],
    [['requests', 'get', 'rr_1', 'rr_2']],
    [['requests', 'list', '--status', 'lost']],
    [['requests', 'list', '--limit', '0']],
    [['requests', 'list', '--created-after', 'soon']],
    [['requests', 'watch', 'rr_1', '--timeout', '0']],
    [['requests', 'retry', 'rr_1', '--timeout', '5s']],
    [['run']],
    [['batch', 'run']],
    [['batch', 'run', 'x.jsonl', '--concurrency', '0']],
    [['requests', 'list', '--metadata', 'order']],
    [['stats', '--mode', 'both']],
    [['run', '-f', 'body.json', '--frob']],
    [['keys', 'create', '--name', 'x']],
    [['keys', 'create', '--name', 'x', '--mode', 'both']],
    [['keys', 'create', '--name', 'x', '--mode', 'live', '--scope', 'all']],
    [['keys', 'rotate', 'x', '--overlap', 'long']],
  ])('refuses %j with 2, and says why on standard error', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error: |Usage: /);
  });
});
