import { randomUUID } from 'node:crypto';

import { type Answer, chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import {
  type RecordingProvider,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';
import { describeTransports, useCluster } from './harness/transports.js';

const CACHE = { type: 'exact_match', ttl: 300 } as const;
const idOf = (answer: Answer): string => String(answer.headers['x-request-id']);
const cacheOf = ({ headers }: Answer): unknown => headers['x-reqrun-cache'];

describeTransports('the cache', ({ redis }) => {
  const cluster = useCluster({ redis, apis: 2, workers: 2 });
  let bodies = 0;
  /** Fields that no other test has sent. */
  const fresh = (more: object = {}): object => ({ seed: (bodies += 1), cache: CACHE, ...more });

  const callsOf = async (ids: readonly string[]): Promise<number> => {
    const calls = await Promise.all(ids.map((id) => cluster().simulator.calls(id)));
    return calls.flat().length;
  };

  it('gives the second call the answer of the first, byte for byte, as a record of its own', async () => {
    const { client } = cluster();
    const fields = fresh();
    const miss = await client.wait('sim/ok', fields);
    expect([miss.status, cacheOf(miss), miss.headers.age]).toEqual([200, 'miss', undefined]);
    const hit = await client.wait('sim/ok', fields);
    expect([hit.status, cacheOf(hit)]).toEqual([200, 'hit']);
    expect(Number(hit.headers.age)).toBeGreaterThanOrEqual(0);
    expect(hit.headers['x-reqrun-attempts']).toBe('0');
    expect(hit.body.equals(miss.body)).toBe(true);
    expect(idOf(hit)).not.toBe(idOf(miss));
    expect(await client.record(idOf(hit))).toMatchObject({
      status: 'completed',
      attempts: 0,
      cached_from: idOf(miss),
      cache: CACHE,
      usage: null,
      result: jsonOf(miss),
    });
    expect(await client.attempts(idOf(hit))).toEqual([]);
    expect(await client.record(idOf(miss))).toMatchObject({ attempts: 1, cached_from: null });
    expect((await client.get(`/v1/chat/completions/${idOf(hit)}`)).body.equals(miss.body)).toBe(
      true,
    );
    expect(await callsOf([idOf(miss), idOf(hit)])).toBe(1);
  });

  it('answers a call that does not wait with a handle, like any other', async () => {
    const { client } = cluster();
    const fields = fresh();
    await client.wait('sim/ok', fields);
    const handle = await client.chat(chatBody('sim/ok', fields));
    expect([handle.status, cacheOf(handle)]).toEqual([202, 'hit']);
    expect(jsonOf(handle)).toMatchObject({ status: 'completed', attempts: 0 });
    expect(await client.untilEnded(idOf(handle))).toMatchObject({ status: 'completed' });
  });

  it('says nothing where no cache was asked for, and keeps nothing', async () => {
    const { client } = cluster();
    const fields = { ...fresh(), cache: undefined };
    const answers = [await client.wait('sim/ok', fields), await client.wait('sim/ok', fields)];
    expect(answers.map(cacheOf)).toEqual([undefined, undefined]);
    expect(await callsOf(answers.map(idOf))).toBe(2);
  });

  it('makes one call of 50 that come at once to two APIs, with 50 records', async () => {
    const { client, apis, project } = cluster();
    const other = cluster().clientFor(project.keys.test, apis[1]);
    const fields = fresh();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 === 0 ? client : other).wait('sim/slow:400', fields, {
          'idempotency-key': `${bodies}-${n}`,
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.toString('utf8'))).size).toBe(1);
    const ids = answers.map(idOf);
    expect(new Set(ids).size).toBe(50);
    expect(await callsOf(ids)).toBe(1);
    const records = await Promise.all(ids.map((id) => client.record(id)));
    const source = records.find(({ attempts }) => attempts === 1);
    const rest = records.filter((record) => record !== source);
    expect(rest).toHaveLength(49);
    expect(new Set(rest.map((one) => `${one.status} ${one.attempts} ${one.cached_from}`))).toEqual(
      new Set([`completed 0 ${source?.id}`]),
    );
  });

  it('joins an idempotency key first', async () => {
    const { client } = cluster();
    const fields = fresh();
    const key = { 'idempotency-key': `k-${bodies}` };
    const first = await client.wait('sim/ok', fields, key);
    const replay = await client.wait('sim/ok', fields, key);
    expect(idOf(replay)).toBe(idOf(first));
    expect(replay.headers['idempotent-replayed']).toBe('true');
    expect(cacheOf(replay)).toBe('miss');
    const other = await client.wait('sim/echo', fields, key);
    expect([other.status, errorOf(other).code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('never gives a failure or a truncated answer again', async () => {
    const { client } = cluster();
    const twice = async (model: string): Promise<Answer[]> => {
      const fields = fresh({ retry: { count: 0 } });
      return [await client.wait(model, fields), await client.wait(model, fields)];
    };
    for (const model of ['sim/400', 'sim/500']) {
      const answers = await twice(model);
      expect([model, ...answers.map(cacheOf)]).toEqual([model, 'miss', 'miss']);
      expect([model, await callsOf(answers.map(idOf))]).toEqual([model, 2]);
    }
    const provider = await startRecordingProvider();
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
    });
    const live = cluster().clientFor(keys.live);
    for (const finish of ['"length"', '"content_filter"', 'null']) {
      provider.answer = { body: SMALL_COMPLETION.replace('"stop"', finish) };
      const fields = fresh();
      const answers = [await live.wait('m', fields), await live.wait('m', fields)];
      expect([finish, ...answers.map(cacheOf)]).toEqual([finish, 'miss', 'miss']);
    }
    expect(provider.calls).toHaveLength(6);
    await provider.close();
  });

  it('keeps no answer of a fallback, and that of the first model like any other', async () => {
    const { client } = cluster();
    const failing = fresh({ retry: { count: 0 }, fallbacks: [{ model: 'sim/ok' }] });
    const seenBy = ({ status, headers }: Answer): unknown[] => [
      ...[status, headers['x-reqrun-cache'], headers['x-reqrun-fallback']],
    ];
    const byFallback = [
      await client.wait('sim/503', failing),
      await client.wait('sim/503', failing),
    ];
    expect(byFallback.map(seenBy)).toEqual([
      [200, 'miss', '1'],
      [200, 'miss', '1'],
    ]);
    expect(await callsOf(byFallback.map(idOf))).toBe(4);
    const well = fresh({ fallbacks: [{ model: 'sim/slow:1' }] });
    const byFirst = [await client.wait('sim/ok', well), await client.wait('sim/ok', well)];
    expect(byFirst.map(seenBy)).toEqual([
      [200, 'miss', '0'],
      [200, 'hit', '0'],
    ]);
    expect(await callsOf(byFirst.map(idOf))).toBe(1);
  });

  it('lets each of those that come at once fall back by itself, and gives none the answer of another', async () => {
    const { client, apis, project } = cluster();
    const other = cluster().clientFor(project.keys.test, apis[1]);
    const fields = fresh({ retry: { count: 0 }, fallbacks: [{ model: 'sim/ok' }] });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? client : other).wait('sim/500', fields)),
    );
    for (const answer of answers) {
      expect([answer.status, answer.headers['x-reqrun-fallback']]).toEqual([200, '1']);
      expect(await client.record(idOf(answer))).toMatchObject({
        ...{ status: 'completed', cached_from: null, attempts: 2 },
      });
    }
    expect(await callsOf(answers.map(idOf))).toBe(20);
  });

  it('kill -9 of the leader’s worker: all that follow get its answer', async () => {
    const { client } = cluster();
    const fields = fresh({ retry: { count: 0 } });
    const leader = await client.submit('sim/hang,ok', fields);
    await cluster().simulator.untilCalled(leader);
    const followers = Array.from({ length: 5 }, () => client.wait('sim/hang,ok', fields));
    await eventually(
      () =>
        cluster().pool.query('SELECT FROM requests WHERE follows = $1::uuid', [leader.slice(3)]),
      ({ rows }) => rows.length === followers.length,
    );
    const owner = await cluster().ownerOf(leader);
    await owner.crash();
    const answers = await Promise.all(followers);
    expect(answers.map((answer) => [answer.status, cacheOf(answer)])).toEqual(
      answers.map(() => [200, 'hit']),
    );
    expect(await client.record(leader)).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await callsOf([leader, ...answers.map(idOf)])).toBe(2);
    await owner.start();
  });

  it('kill -9 of the worker that was given the leader directly: nothing is lost, and all get one answer', async () => {
    const { client, apis, project, pool } = cluster();
    const other = cluster().clientFor(project.keys.test, apis[1]);
    const rows = async (batch: string, where: string) => {
      const { rows: found } = await pool.query<{ id: string; is_direct: boolean }>(
        // One statement of a worker accepts and claims, in the same microsecond.
        `SELECT 'rr_' || replace(id::text, '-', '') AS id, started_at = created_at AS is_direct
         FROM requests WHERE metadata ->> 'batch' = $1 AND ${where}`,
        [batch],
      );
      return found;
    };
    const lead = async () => {
      const batch = randomUUID();
      const fields = fresh({ retry: { count: 0 }, metadata: { batch } });
      const first = client.wait('sim/hang,ok', fields);
      const [row] = await eventually(
        () => rows(batch, `status = 'processing'`),
        ({ length }) => length === 1,
      );
      if (row?.is_direct !== true) {
        // No worker could be asked just then.
        await client.cancel(row!.id);
        await first;
      }
      return { ...row!, batch, fields, first };
    };
    const { id: leader, batch, fields, first } = await eventually(lead, (one) => one.is_direct);
    await cluster().simulator.untilCalled(leader);
    const rest = Array.from({ length: 6 }, (_, n) =>
      (n % 2 === 0 ? client : other).wait('sim/hang,ok', fields),
    );
    await eventually(
      () => rows(batch, 'follows IS NOT NULL'),
      ({ length }) => length === rest.length,
    );
    const owner = await cluster().ownerOf(leader);
    await owner.crash();
    const answers = await Promise.all([first, ...rest]);
    expect(answers.map((answer) => [answer.status, cacheOf(answer)])).toEqual([
      [200, 'miss'],
      ...rest.map(() => [200, 'hit']),
    ]);
    expect(new Set(answers.map(({ body }) => body.toString('utf8'))).size).toBe(1);
    expect(await client.record(leader)).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await callsOf(answers.map(idOf))).toBe(2);
    await owner.start();
  });

  it('lets the oldest that waits run when the leader is canceled', async () => {
    const { client } = cluster();
    const fields = fresh();
    const leader = await client.submit('sim/slow:60000', fields);
    await cluster().simulator.untilCalled(leader);
    const next = await client.submit('sim/slow:60000', fields);
    expect(await client.record(next)).toMatchObject({
      status: 'queued',
      waiting_reason: 'identical_request',
    });
    await client.cancel(leader);
    await cluster().simulator.untilCalled(next);
    expect(await client.record(next)).toMatchObject({ status: 'processing', waiting_reason: null });
    await client.cancel(next);
  });

  it('never answers one tenant with the answer of another, nor live calls with those of test calls', async () => {
    const providers: RecordingProvider[] = await Promise.all([
      startRecordingProvider(),
      startRecordingProvider(),
    ]);
    const keys: string[] = [];
    for (const provider of providers) {
      const project = await cluster().addProject({
        provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
      });
      keys.push(project.keys.live, project.keys.test);
    }
    const through = (api: number): Client[] =>
      keys.map((key) => cluster().clientFor(key, cluster().apis[api]));
    const fields = fresh();
    const answers: Answer[] = [];
    for (const client of [...through(0), ...through(1)]) {
      answers.push(await client.wait('sim/ok', fields));
    }
    expect(answers.map(cacheOf)).toEqual([
      ...['miss', 'miss', 'miss', 'miss'],
      ...['hit', 'hit', 'hit', 'hit'],
    ]);
    expect(providers.map(({ calls }) => calls.length)).toEqual([1, 1]);
    await Promise.all(providers.map((provider) => provider.close()));
  });

  it('is another one behind another provider, and for other openai-* headers', async () => {
    const provider = await startRecordingProvider();
    const project = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
    });
    const client = cluster().clientFor(project.keys.live);
    const fields = fresh();
    await client.wait('m', fields);
    expect(cacheOf(await client.wait('m', fields, { 'openai-beta': 'x' }))).toBe('miss');
    expect(cacheOf(await client.wait('m', fields, { 'openai-beta': 'x' }))).toBe('hit');
    expect(cacheOf(await client.wait('m', fields, { 'user-agent': 'x' }))).toBe('hit');
    expect(provider.calls).toHaveLength(2);
    expect(provider.calls[0]!.body.toString('utf8')).not.toContain('exact_match');
    await provider.close();
  });

  it('is cleared by an owner, on the record; a hit goes with the content of its source', async () => {
    const { client, project } = cluster();
    const owner = await cluster().owner();
    const fields = fresh();
    const source = await client.wait('sim/ok', fields);
    const hit = await client.wait('sim/ok', fields);
    const cleared = await owner.call('DELETE', `/admin/projects/${project.id}/cache`);
    expect(cleared.status).toBe(204);
    expect(cacheOf(await client.wait('sim/ok', fields))).toBe('miss');
    const audit = await owner.call('GET', '/admin/audit?action=project.cache_cleared');
    expect(jsonOf<{ data: unknown[] }>(audit).data).toHaveLength(1);
    await cluster().pool.query('DELETE FROM results WHERE request_id = $1::uuid', [
      idOf(source).slice(3),
    ]);
    const gone = await client.get(`/v1/chat/completions/${idOf(hit)}`);
    expect([gone.status, errorOf(gone).code]).toEqual([410, 'result_expired']);
    expect(await client.record(idOf(hit))).toMatchObject({ status: 'completed', result: null });
  });

  it('is on by default where a project says so, and off for a call that says null', async () => {
    const provider = await startRecordingProvider();
    const project = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
    });
    const owner = await cluster().owner();
    const changed = await owner.call('PATCH', `/admin/projects/${project.id}`, {
      settings: { cache: { type: 'exact_match' } },
    });
    expect(jsonOf(changed)).toMatchObject({
      settings: { cache: { type: 'exact_match', ttl: 1800 } },
    });
    const client = cluster().clientFor(project.keys.live);
    const plain = { wait: true, seed: (bodies += 1) };
    const states = [plain, plain, { ...plain, cache: null }, { ...plain, orq: { cache: null } }];
    const seen: unknown[] = [];
    for (const fields of states) {
      seen.push(cacheOf(await client.chat(chatBody('m', fields))));
    }
    expect(seen).toEqual(['miss', 'hit', undefined, undefined]);
    expect(provider.calls).toHaveLength(3);
    await owner.call('PATCH', `/admin/projects/${project.id}`, { settings: { cache: null } });
    await eventually(
      () => client.chat(chatBody('m', plain)),
      (answer) => cacheOf(answer) === undefined,
    );
    await provider.close();
  });

  it('is counted', async () => {
    // Killed workers have forgotten what they counted.
    const provider = await startRecordingProvider();
    provider.answer = { body: SMALL_COMPLETION.replace('"stop"', '"length"') };
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
    });
    await cluster().clientFor(keys.live).wait('m', fresh());
    const counted = async (): Promise<string[]> => {
      const texts = await Promise.all(
        [...cluster().apis, ...cluster().workers].map((one) => one.metrics()),
      );
      return texts
        .flatMap((text) => text.split('\n'))
        .filter((line) => /^reqrun_cache_total\{.*\} [1-9]/.test(line))
        .map((line) => /result="(\w+)"/.exec(line)?.[1] ?? '');
    };
    await eventually(counted, (results) =>
      ['hit', 'miss', 'followed', 'not_kept'].every((result) => results.includes(result)),
    );
    await provider.close();
  });
});
