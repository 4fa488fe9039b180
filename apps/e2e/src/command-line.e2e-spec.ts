import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Attempt, RequestPage, RequestRecord, PolicySimulation } from '@reqrun/sdk';

import type { AdminClient } from './harness/admin-client.js';
import { CommandLine } from './harness/command-line.js';
import { eventually } from './harness/eventually.js';
import { Relay } from './harness/relay.js';
import { useCluster } from './harness/transports.js';

interface Key {
  id: string;
  name: string;
  state: string;
}
interface KeyWithSecret extends Key {
  secret: string;
}

/** A prompt that no answer of the simulator contains. */
const PROMPT = 'a prompt that nobody repeats';
const body = (model: string, more: object = {}): string =>
  JSON.stringify({ model, messages: [{ role: 'user', content: PROMPT }], ...more });
const ID = /^rr_[0-9a-f]{32}$/;
const UNKNOWN = `rr_${'0'.repeat(32)}`;

describe('the command line', () => {
  const cluster = useCluster({ redis: false });
  let folder: string;
  let reqrun: CommandLine;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reqrun-command-line-'));
    // As `npm start` writes it. `--test` uses the test key.
    writeFileSync(
      join(folder, 'local.env'),
      [
        `REQRUN_BASE_URL=${cluster().baseUrl}`,
        `REQRUN_API_KEY=${cluster().project.keys.test}`,
        `REQRUN_TEST_API_KEY=${cluster().project.keys.test}`,
        '',
      ].join('\n'),
    );
    writeFileSync(join(folder, 'body.json'), body('sim/429,500,ok'));
    reqrun = new CommandLine({ REQRUN_HOME: folder }, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs a request through two failures, and prints what the model said and nothing else', async () => {
    const { code, stdout, stderr } = await reqrun.run([
      'run',
      '-f',
      'body.json',
      '--wait',
      '--test',
    ]);
    expect(stderr).toMatch(/^rr_[0-9a-f]{32} completed after 3 attempts in /);
    expect(code).toBe(0);
    const id = stderr.slice(0, 35);
    const record = await reqrun.json<RequestRecord>('requests', 'get', id);
    expect(record).toMatchObject({ id, status: 'completed', attempts: 3 });
    const { choices } = record.result as { choices: { message: { content: string } }[] };
    expect(stdout).toBe(`${choices[0]!.message.content}\n`);
    expect((await reqrun.run(['requests', 'get', id, '--answer'])).stdout).toBe(stdout);
    const { data } = await reqrun.json<{ data: Attempt[] }>('requests', 'attempts', id);
    expect(data.map(({ http_status: status }) => status)).toEqual([429, 500, 200]);
    const attempts = await reqrun.run(['requests', 'attempts', id]);
    expect(attempts.stdout.split('\n').slice(1, -1)).toHaveLength(3);
  });

  it('prints the id of a request that it does not wait for, and finds its end by it', async () => {
    const { code, stdout, stderr } = await reqrun.run(['run', '-f', '-'], body('sim/ok'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const id = stdout.trim();
    expect(id).toMatch(ID);
    const watched = await reqrun.run(['requests', 'watch', id]);
    expect(watched).toMatchObject({ code: 0, stderr: '' });
    expect(watched.stdout).toMatch(/^Status +completed$/m);
    expect(watched.stdout).not.toContain(PROMPT);
  });

  it('ends with 1 when the request has failed, and prints the record for programs', async () => {
    const args = ['run', '-f', '-', '--wait', '--idempotency-key', 'fails'];
    const first = await reqrun.run(args, body('sim/400:unsupported_value'));
    expect(first).toMatchObject({ code: 1, stdout: '' });
    expect(first.stderr).toMatch(/error: rr_\w+ failed after 1 attempt in .*: unsupported_value: /);
    // The key joins the request even after its end.
    const again = await reqrun.run([...args, '--json'], body('sim/400:unsupported_value'));
    expect(again.code).toBe(1);
    const record = JSON.parse(again.stdout) as RequestRecord;
    expect(record).toMatchObject({ status: 'failed', error: { code: 'unsupported_value' } });
    expect(first.stderr).toContain(record.id);
    const unseen = await reqrun.run(['requests', 'get', record.id, '--answer']);
    expect(unseen).toMatchObject({ code: 1, stdout: '' });
    expect(first.stderr + again.stderr + unseen.stderr).not.toContain(PROMPT);
  });

  it('lists requests over several pages as far as it is asked to', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const id = await cluster().client.submit('sim/400:context_length_exceeded');
      await cluster().client.untilEnded(id);
      ids.unshift(id);
    }
    const filter = ['requests', 'list', '--error-code', 'context_length_exceeded'];
    const all = await reqrun.json<RequestPage>(...filter, '--status', 'failed');
    expect(all).toMatchObject({ first_id: ids[0], last_id: ids[2], has_more: false });
    expect(all.data.map(({ id }) => id)).toEqual(ids);
    const some = await reqrun.json<RequestPage>(...filter, '--limit', '2', '--created-after', '1h');
    expect(some.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(some.has_more).toBe(true);
    const rest = await reqrun.json<RequestPage>(...filter, '--after', some.last_id!);
    expect(rest.data.map(({ id }) => id)).toEqual(ids.slice(2));
    const table = await reqrun.run(filter);
    expect(table.stdout.split('\n')).toHaveLength(5);
    expect(table.stdout).toMatch(/^ID +STATUS +ATTEMPTS/);
  });

  it('simulates a policy, as a table or as JSON, and says which flag is wrong', async () => {
    await cluster().client.wait('sim/503', { retry: { count: 0 } });
    const args = ['policies', 'simulate', '--retries', '2', '--model', 'sim/503'];
    const result = await reqrun.json<PolicySimulation>(...args);
    expect(result).toMatchObject({
      ...{ object: 'policy.simulation', sampled: 1, of_failed: { would_retry: 1 } },
    });
    const { stdout } = await reqrun.run(args);
    expect(stdout).toMatch(/^failed +1 +0 +0 +1 +0 +0$/m);
    expect(stdout).toContain('called again after 1.0 s');
    const other = await reqrun.json<PolicySimulation>(
      ...['policies', 'simulate', '--on-code', '429', '--on-code', '500', '--from', '1h'],
      ...['--call-timeout', '5s', '--fallback', 'sim/ok', '--model', 'sim/503'],
    );
    expect(other.of_failed.would_fall_back).toBe(1);
    const none = await reqrun.json<PolicySimulation>(
      ...['policies', 'simulate', '--no-fallbacks', '--model', 'sim/503'],
    );
    expect(none.of_failed.failed).toBe(1);
    const wrong = await reqrun.run(['policies', 'simulate', '--retries', 'many']);
    expect([wrong.code, wrong.stderr.includes('--retries')]).toEqual([2, true]);
  });

  it('cancels a request, and runs it again', async () => {
    const id = await cluster().client.submit('sim/slow:60000,ok');
    const canceled = await reqrun.json<RequestRecord>('requests', 'cancel', id);
    expect(canceled).toMatchObject({ id, status: 'canceled' });
    expect((await reqrun.run(['requests', 'watch', id])).code).toBe(1);
    const failed = await cluster().client.submit('sim/400');
    await cluster().client.untilEnded(failed);
    const retried = await reqrun.json<RequestRecord>('requests', 'retry', failed);
    expect(retried.id).toBe(failed);
    expect((await reqrun.run(['requests', 'watch', failed])).code).toBe(1);
    const waited = await reqrun.run(['requests', 'retry', failed, '--wait', '--json']);
    expect(waited.code).toBe(1);
    expect(JSON.parse(waited.stdout)).toMatchObject({ status: 'failed', attempts: 3 });
  });

  it('tells scripts by its exit code what is wrong', async () => {
    const completed = await cluster().client.submit('sim/ok');
    await cluster().client.untilEnded(completed);
    const codeOf = async (args: string[], stdin = '', command = reqrun): Promise<number | null> => {
      const { code, stdout, stderr } = await command.run(args, stdin);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: /);
      expect(stderr).not.toContain(PROMPT);
      return code;
    };
    const get = ['requests', 'get', UNKNOWN];
    expect(await codeOf(['run', '-f', 'no-such-file.json'])).toBe(2);
    expect(await codeOf(['run', '-f', '-'], `{"prompt": ${PROMPT}}`)).toBe(2);
    expect(await codeOf(['run', '-f', '-'], body(''))).toBe(2);
    expect(await codeOf(['run', '-f', '-', '--timeout', '1s'], body('sim/ok'))).toBe(2);
    expect(await codeOf(['requests', 'get', '../keys'])).toBe(2);
    expect(await codeOf(get)).toBe(3);
    expect(await codeOf(get, '', reqrun.with({ REQRUN_API_KEY: 'reqrun_live_wrong' }))).toBe(4);
    expect(await codeOf(get, '', reqrun.with({ REQRUN_BASE_URL: 'http://127.0.0.1:1' }))).toBe(5);
    expect(await codeOf(['requests', 'retry', completed])).toBe(6);
  });

  it('stops waiting when its time is over, and says how to go on', async () => {
    const id = await cluster().client.submit('sim/slow:60000');
    const { code, stdout, stderr } = await reqrun.run([
      'requests',
      'watch',
      id,
      '--timeout',
      '300ms',
    ]);
    expect({ code, stdout }).toEqual({ code: 124, stdout: '' });
    expect(stderr).toContain(`reqrun requests watch ${id}`);
    const { status } = await reqrun.json<RequestRecord>('requests', 'get', id);
    expect(['queued', 'processing']).toContain(status);
    await reqrun.run(['requests', 'cancel', id]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops waiting at %s with %d, and the request runs on', async (signal, expected) => {
    const id = await cluster().client.submit('sim/slow:60000');
    // Its second call means that it has read the status.
    const relay = await Relay.start(cluster().baseUrl);
    const watching = reqrun
      .with({ REQRUN_BASE_URL: relay.url })
      .start(['requests', 'watch', id, '--test']);
    await relay.asked(2);
    watching.process.kill(signal);
    const { code, stdout, stderr } = await watching.result;
    await relay.stop();
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(new RegExp(`${id} is (queued|processing) and runs on`));
    expect(stderr).toContain(`reqrun requests watch ${id} --test`);
    const record = await reqrun.json<RequestRecord>('requests', 'cancel', id);
    expect(record.status).toBe('canceled');
  });

  it('names the key to go on with when no answer tells whether it was accepted', async () => {
    const relay = await Relay.start(null);
    const running = reqrun
      .with({ REQRUN_BASE_URL: relay.url })
      .start(['run', '-f', '-', '--idempotency-key', 'ticket-842'], body('sim/ok'));
    await relay.asked(1);
    running.process.kill('SIGINT');
    const { code, stderr } = await running.result;
    await relay.stop();
    expect(code).toBe(130);
    expect(stderr).toContain('--idempotency-key ticket-842');
  });

  it('ends quietly when nobody reads its output any more', async () => {
    await cluster().client.submit('sim/ok');
    const running = reqrun.start(['requests', 'list']);
    running.process.stdout.destroy();
    expect(await running.result).toMatchObject({ code: 141, stderr: '' });
  });

  describe('for keys', () => {
    const SCOPES = [
      ...['keys:read', 'keys:write', 'projects:read'],
      // The scopes of the keys that it creates.
      ...['requests:read', 'requests:write'],
    ];
    let owner: AdminClient;
    let keys: CommandLine;

    beforeAll(async () => {
      owner = await cluster().owner();
      const { secret } = await owner.addToken(SCOPES);
      keys = reqrun.with({ REQRUN_ADMIN_TOKEN: secret });
    });
    const stateOf = async (id: string): Promise<string | undefined> => {
      const { data } = await keys.json<{ data: Key[] }>('keys', 'list');
      return data.find((key) => key.id === id)?.state;
    };
    const worksWith = async (secret: string): Promise<number | null> =>
      (await reqrun.with({ REQRUN_API_KEY: secret }).run(['requests', 'list'])).code;

    it('makes a key that works, and prints it once: alone, to standard output', async () => {
      const args = ['keys', 'create', '--name', 'billing', '--mode', 'test', '--expires', '90d'];
      const { code, stdout, stderr } = await keys.run(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^reqrun_test_\S+\n$/);
      expect(stderr).toContain('“billing”');
      const secret = stdout.trim();
      expect(stderr).not.toContain(secret);
      expect(await worksWith(secret)).toBe(0);
      const list = await keys.run(['keys', 'list']);
      expect(list.stdout).toMatch(new RegExp(`billing +test +\\S*…${secret.slice(-4)} +active`));
      const json = await keys.run(['keys', 'list', '--json']);
      expect(list.stdout + json.stdout).not.toContain(secret);
    });

    it('rotates a key, and revokes one', async () => {
      const create = ['keys', 'create', '--name', 'reports', '--mode', 'test'];
      const old = await keys.json<KeyWithSecret>(...create, '--scope', 'requests:read');
      expect(old).toMatchObject({ mode: 'test', scopes: ['requests:read'], state: 'active' });
      const next = await keys.json<KeyWithSecret>('keys', 'rotate', old.id, '--overlap', '1h');
      expect(next).toMatchObject({ rotated_from_id: old.id, scopes: ['requests:read'] });
      expect([await worksWith(old.secret), await worksWith(next.secret)]).toEqual([0, 0]);
      expect(await stateOf(old.id)).toBe('expiring');
      expect((await keys.run(['keys', 'rotate', old.id])).code).toBe(6);
      const revoked = await keys.run(['keys', 'revoke', old.id]);
      expect(revoked).toMatchObject({ code: 0, stderr: '' });
      expect(revoked.stdout).toMatch(/^Revoked the test key “reports” /);
      expect(await stateOf(old.id)).toBe('revoked');
    });

    it('refuses who has no token, a wrong one, or one without the scope', async () => {
      const list = ['keys', 'list'];
      expect((await reqrun.run(list)).code).toBe(2);
      const key = cluster().project.keys.live;
      const sent = await reqrun.with({ REQRUN_ADMIN_TOKEN: key }).run(list);
      expect(sent.code).toBe(2);
      expect(sent.stderr).not.toContain(key);
      const wrong = reqrun.with({ REQRUN_ADMIN_TOKEN: `reqrun_admin_${'A'.repeat(43)}` });
      expect((await wrong.run(list)).code).toBe(4);
      const { secret } = await owner.addToken(['keys:read', 'projects:read']);
      writeFileSync(join(folder, 'token.txt'), `${secret}\n`);
      const file = ['--admin-token-file', 'token.txt'];
      expect((await reqrun.run([...list, ...file])).code).toBe(0);
      const create = ['keys', 'create', '--name', 'x', '--mode', 'live', ...file];
      expect(await reqrun.run(create)).toMatchObject({ code: 4, stdout: '' });
    });

    it('asks which project is meant where there are several', async () => {
      const { id } = await cluster().addProject();
      const list = ['keys', 'list'];
      const unclear = await keys.run(list);
      expect(unclear.code).toBe(2);
      expect(unclear.stderr).toContain(id);
      const [, name] = new RegExp(`${id} +(\\S+)`).exec(unclear.stderr)!;
      const { data } = await keys.json<{ data: Key[] }>(...list, '--project', name!);
      expect(data.map((key) => key.name).sort()).toEqual(['live', 'test']);
      expect((await keys.with({ REQRUN_PROJECT: id }).run(list)).code).toBe(0);
      expect((await keys.run([...list, '--project', 'no such project'])).code).toBe(3);
      const revoke = ['keys', 'revoke', data[0]!.id, '--project', cluster().project.id];
      expect((await keys.run(revoke)).code).toBe(3);
    });
  });

  it('takes a token, and keeps it only when the server knows it', async () => {
    const owner = await cluster().owner();
    const { secret } = await owner.addToken(['keys:read', 'projects:read']);
    const home = join(folder, 'login');
    const cli = reqrun.with({ REQRUN_HOME: home, REQRUN_BASE_URL: cluster().baseUrl });
    const refused = [
      await cli.run(['login'], `reqrun_admin_${'A'.repeat(43)}`),
      await cli.run(['login'], 'no token'),
    ];
    expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual([
      [4, ''],
      [2, ''],
    ]);
    expect(existsSync(home)).toBe(false);
    const taken = await cli.run(['login'], `${secret}\n`);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toContain(join(home, 'local.env'));
    expect(taken.stdout).not.toContain(secret);
    expect(statSync(join(home, 'local.env')).mode & 0o777).toBe(0o600);
    const kept = reqrun.with({ REQRUN_HOME: home, REQRUN_PROJECT: cluster().project.id });
    expect((await kept.run(['keys', 'list'])).code).toBe(0);
    // Lines of others stay, and a new token takes the place of the old one.
    appendFileSync(join(home, 'local.env'), 'REQRUN_PROJECT=mine\n');
    const { secret: next } = await owner.addToken(['projects:read']);
    expect((await kept.run(['login'], next)).code).toBe(0);
    expect(readFileSync(join(home, 'local.env'), 'utf8')).toBe(
      `REQRUN_BASE_URL=${cluster().baseUrl}\nREQRUN_ADMIN_TOKEN=${next}\nREQRUN_PROJECT=mine\n`,
    );
  });

  it('shows the figures of a project, as tables or as JSON, to those who may see them', async () => {
    const owner = await cluster().owner();
    const { secret } = await owner.addToken(['metrics:read', 'projects:read']);
    const { id, keys } = await cluster().addProject();
    const client = cluster().clientFor(keys.test);
    await client.wait('sim/503:retry-after-ms=10,ok');
    await client.wait('sim/400:unsupported_value');
    const cli = reqrun.with({ REQRUN_ADMIN_TOKEN: secret, REQRUN_PROJECT: id });
    await eventually(
      () => cli.json<{ totals: { completed: number; failed: number } }>('stats'),
      ({ totals: { completed, failed } }) => completed === 1 && failed === 1,
    );
    const { code, stdout } = await cli.run(['stats', '--from', '1h', '--mode', 'test']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Success rate +50\.0 %$/m);
    expect(stdout).toMatch(/^unsupported_value +1$/m);
    expect(stdout).toMatch(/^MODEL +PROVIDER +REQUESTS +RETRIED +RETRIES +FAILED$/m);
    const live = await cli.run(['stats', '--mode', 'live']);
    expect(live.stdout).toMatch(/^Accepted +0$/m);
    const { secret: blind } = await owner.addToken(['projects:read']);
    expect((await cli.with({ REQRUN_ADMIN_TOKEN: blind }).run(['stats'])).code).toBe(4);
    expect((await reqrun.run(['stats'])).code).toBe(2);
  });

  it('lists projects, and bounds them', async () => {
    const owner = await cluster().owner();
    const { secret } = await owner.addToken(['projects:read', 'projects:write']);
    const { id } = await cluster().addProject();
    const cli = reqrun.with({ REQRUN_ADMIN_TOKEN: secret, REQRUN_PROJECT: id });
    const both = await cli.run(['projects', 'bound', '--max-open', '500', '--max-calls', '7']);
    expect(both).toMatchObject({ code: 0, stderr: '' });
    expect(both.stdout).toMatch(/: max open 500, max calls 7\n$/);
    await cli.run(['projects', 'bound', '--max-open', 'none']);
    const list = await cli.run(['projects', 'list']);
    expect(list.stdout).toMatch(new RegExp(`^${id} +\\S.*\\S +7 *$`, 'm'));
    expect((await cli.run(['projects', 'bound', '--max-open', '0'])).code).toBe(2);
    expect((await cli.run(['projects', 'bound'])).code).toBe(2);
  });

  it('limits, opens, probes and closes lanes, and lists them', async () => {
    const owner = await cluster().owner();
    const { secret } = await owner.addToken(['providers:write', 'projects:read']);
    const { id } = await cluster().addProject();
    const cli = reqrun.with({ REQRUN_ADMIN_TOKEN: secret, REQRUN_PROJECT: id });
    await owner.expect(201, 'POST', `/admin/projects/${id}/providers`, {
      ...{ name: 'local', kind: 'compatible', base_url: 'http://127.0.0.1:9/v1' },
    });
    expect((await cli.run(['lanes', 'list'])).stderr).toContain('called at full speed');
    const limits = ['--requests-per-minute', '600', '--calls-at-once', '20'];
    expect((await cli.run(['lanes', 'limit', 'local', 'gpt-4o', ...limits])).stdout).toBe(
      'Limits of local/gpt-4o: 600 requests a minute, 20 calls at once.\n',
    );
    expect((await cli.run(['lanes', 'limit', 'local', 'gpt-4o'])).code).toBe(2);
    expect((await cli.run(['lanes', 'limit', 'local', '--calls-at-once', '0'])).code).toBe(2);
    expect((await cli.run(['lanes', 'limit', 'nobody', '--none'])).code).toBe(3);
    expect((await cli.run(['lanes', 'open', 'local'])).stdout).toBe(
      'Stopped local, all models together.\n',
    );
    const { stdout } = await cli.run(['lanes', 'list']);
    expect(stdout).toMatch(/local +\(all\) +open +by_hand/);
    // A twentieth may begin at once, so the pace is less by that.
    expect(stdout).toMatch(/local +gpt-4o +paced +by_hand +571 +600 requests a minute, 20 calls/);
    expect((await cli.run(['lanes', 'probe', 'local', 'gpt-4o'])).code).toBe(6);
    expect((await cli.run(['lanes', 'probe', 'local'])).code).toBe(0);
    const closed = await cli.run(['lanes', 'close', 'local', '--json']);
    expect(JSON.parse(closed.stdout)).toMatchObject({ model: null, phase: 'ramping' });
    expect((await cli.run(['lanes', 'limit', 'local', 'gpt-4o', '--none'])).stdout).toBe(
      'Limits of local/gpt-4o: no limits by hand.\n',
    );
  });

  it('adds, lists, changes, tests and removes providers, and prints no key', async () => {
    const owner = await cluster().owner();
    const { secret } = await owner.addToken(['providers:write', 'projects:read', 'projects:write']);
    const { id } = await cluster().addProject();
    const cli = reqrun.with({ REQRUN_ADMIN_TOKEN: secret, REQRUN_PROJECT: id });
    writeFileSync(join(folder, 'provider-key.txt'), 'sk-0123456789-last\n');
    const key = ['--key-file', 'provider-key.txt'];
    const url = ['--url', 'http://127.0.0.1:9/v1'];
    expect((await cli.run(['providers', 'list'])).stderr).toContain('go to the simulator');
    const made = await cli.run([
      'providers',
      'add',
      'local',
      '--kind',
      'compatible',
      ...url,
      ...key,
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toBe(
      'Added the provider local (…last), the default: http://127.0.0.1:9/v1\n',
    );
    expect((await cli.run(['providers', 'add', 'azure', '--kind', 'azure', ...key])).code).toBe(2);
    await cli.run(['providers', 'add', 'anthropic', '--kind', 'anthropic', ...key, '--model', 'm']);
    const changed = await cli.run(['providers', 'set', 'anthropic', '--default']);
    expect(changed.stdout).toContain(
      'anthropic (…last), the default: https://api.anthropic.com/v1',
    );
    const list = await cli.run(['providers', 'list']);
    expect(list.stdout).toMatch(/anthropic +anthropic +https:\S+ +…last +yes +m /);
    expect(list.stdout + made.stdout).not.toContain('0123456789');
    const tested = await cli.run(['providers', 'test', 'local']);
    expect(tested).toMatchObject({ code: 1, stdout: '' });
    expect(tested.stderr).toContain('local failed: network_error.');
    expect((await cli.run(['providers', 'remove', 'anthropic'])).code).toBe(6);
    expect((await cli.run(['providers', 'remove', 'local'])).stdout).toBe(
      'Removed the provider local.\n',
    );
    expect((await cli.run(['providers', 'remove', 'local'])).code).toBe(3);
  });
});
