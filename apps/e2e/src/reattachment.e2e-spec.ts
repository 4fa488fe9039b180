import { Random } from './chaos/random.js';
import { errorOf, type FullRecord, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { useCluster } from './harness/transports.js';

const SEED = 20_261_127;
/** Crashes in the suite; more of them are asked for by hand. */
const RUNS = Number(process.env['REQRUN_REATTACH_RUNS'] ?? 10);
/** Duration of a response at the provider, in ms. */
const LASTS_MS = 1_500;
/** Requests that run when a worker is killed. */
const AT_ONCE = 3;

const cluster = useCluster({
  redis: false,
  workers: 2,
  env: { REQRUN_SHUTDOWN_GRACE_MS: '200' },
});

const create = (model: string, more: object = {}) =>
  cluster().client.call('POST', '/v1/responses', {
    ...{ model, input: 'Say something.', background: true, reattach: true },
    ...more,
  });

const submit = async (model: string, more: object = {}): Promise<string> => {
  const answer = await create(model, more);
  expect(answer.status).toBe(200);
  return jsonOf<{ id: string }>(answer).id;
};

/** The id of the latest response of a request, as soon as it is committed. */
const responseId = async (id: string): Promise<string> => {
  const attempts = await eventually(
    () => cluster().client.attempts(id),
    (all) => all.at(-1)?.provider_response_id != null,
  );
  return String(attempts.at(-1)?.provider_response_id);
};

/** The state of a response at the provider. */
const atProvider = async (id: string): Promise<string> => {
  const response = await fetch(`${cluster().simulator.url}/responses/${id}`);
  return ((await response.json()) as { status: string }).status;
};

/** An answer without what differs between two generations: ids and times. */
const comparable = ({ result, usage }: FullRecord): string =>
  JSON.stringify([result, usage]).replaceAll(/"(?:id|call_id)":"[^"]+"|"created_at":\d+/g, '"…"');

describe('a response that is re-attached to', () => {
  it(`is generated once in ${RUNS} crashes of its worker, and its answer is that of an undisturbed one`, async () => {
    const random = new Random(SEED);
    const undisturbed = comparable(
      await cluster().client.untilEnded(await submit(`sim/slow:${LASTS_MS}`)),
    );
    const seen = { withId: 0, withoutId: 0, lost: 0, generations: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const ids = await Promise.all(
        Array.from({ length: AT_ONCE }, () => submit(`sim/slow:${LASTS_MS}`)),
      );
      await cluster().simulator.untilCalled(ids[0]!);
      await new Promise((resolve) => setTimeout(resolve, random.integer(0, LASTS_MS)));
      const owner = await cluster().ownerOf(ids[0]!);
      await owner.crash();
      const restarted = owner.start();
      for (const id of ids) {
        const record = await cluster().client.untilEnded(id);
        const attempts = await cluster().client.attempts(id);
        const calls = await cluster().simulator.calls(id);
        const context = JSON.stringify({ run, id, attempts });
        expect([context, record.status, record.error]).toEqual([context, 'completed', null]);
        expect([context, comparable(record)]).toEqual([context, undisturbed]);
        const hadId = attempts[0]?.provider_response_id !== null;
        seen[hadId ? 'withId' : 'withoutId'] += 1;
        seen.lost += attempts.filter(({ outcome }) => outcome === 'lost').length;
        seen.generations += calls.length;
        if (hadId) {
          expect([context, calls.length]).toEqual([context, 1]);
          expect(new Set(attempts.map((one) => one.provider_response_id)).size).toBe(1);
        }
      }
      await restarted;
    }
    // A run that lost nothing, or never after an id, would show nothing.
    expect(seen.lost).toBeGreaterThan(0);
    expect(seen.withId).toBeGreaterThan(0);
    if (process.env['REQRUN_REATTACH_RUNS'] !== undefined) {
      process.stderr.write(`${JSON.stringify({ RUNS, ...seen })}\n`);
    }
  }, 1_800_000);

  it('shows it in its attempts: the first is lost with the reason reattach, the second waits for the same response', async () => {
    const id = await submit('sim/slow:4000', { on_lost: 'fail', retry: { count: 0 } });
    const response = await responseId(id);
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
    expect(await cluster().client.attempts(id)).toMatchObject([
      {
        ...{ outcome: 'lost', error_code: 'worker_lost', provider_response_id: response },
        decision: { action: 'retry', reason: 'reattach', delay_ms: 0 },
      },
      { outcome: 'succeeded', provider_response_id: response },
    ]);
    const byProvidersId = await cluster().client.get(`/v1/responses/${response}`);
    expect(jsonOf(byProvidersId)).toMatchObject({ id: response, status: 'completed' });
    await owner.start();
  });

  it('goes on after SIGTERM of its worker: released, and waited for by another', async () => {
    const id = await submit('sim/slow:4000');
    await responseId(id);
    const owner = await cluster().ownerOf(id);
    expect(await owner.stop()).toEqual({ code: 0, signal: null });
    expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'released', decision: { reason: 'reattach' } },
      { outcome: 'succeeded' },
    ]);
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
    await owner.start();
  });

  it('is paid for again where the provider has forgotten it, if on_lost allows a second call', async () => {
    const id = await submit('sim/forget,ok');
    expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'lost', error_detail: 'response_gone', decision: { reason: 'lost' } },
      { outcome: 'succeeded' },
    ]);
    const never = await submit('sim/forget,ok', { on_lost: 'fail' });
    expect(await cluster().client.untilEnded(never)).toMatchObject({
      status: 'failed',
      error: { code: 'outcome_unknown' },
    });
    expect(await cluster().simulator.calls(never)).toHaveLength(1);
  });
});

describe('a response that nothing waits for', () => {
  it('is canceled at the provider with its request', async () => {
    const id = await submit('sim/hang');
    const response = await responseId(id);
    expect(await atProvider(response)).toBe('in_progress');
    await cluster().client.call('POST', `/v1/responses/${id}/cancel`);
    await eventually(
      () => atProvider(response),
      (status) => status === 'cancelled',
    );
  });

  it('is canceled at the provider when the deadline passes', async () => {
    const id = await submit('sim/hang', { timeout: { deadline: 1_500 } });
    const response = await responseId(id);
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      error: { code: 'deadline_exceeded' },
    });
    await eventually(
      () => atProvider(response),
      (status) => status === 'cancelled',
    );
  });
});

describe('reattach', () => {
  it.each([
    ['/v1/responses', { reattach: 'yes' }, 'reattach'],
    ['/v1/responses', { reattach: true, store: false }, 'store'],
    ['/v1/embeddings', { reattach: true }, 'reattach'],
    ['/v1/chat/completions', { reattach: true, messages: [{}] }, 'reattach'],
  ])('at %s: %j is refused by its name', async (path, wrong, param) => {
    const answer = await cluster().client.call('POST', path, { model: 'm', input: 'x', ...wrong });
    expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
  });

  it('as the setting of a project holds for its responses alone, and a call can say otherwise', async () => {
    const { id: projectId, keys } = await cluster().addProject();
    const owner = await cluster().owner();
    const changed = await owner.call('PATCH', `/admin/projects/${projectId}`, {
      settings: { reattach: true },
    });
    expect([changed.status, jsonOf(changed)]).toMatchObject([
      200,
      { settings: { reattach: true } },
    ]);
    const client = cluster().clientFor(keys.test);
    const post = (path: string, more: object) =>
      client.call('POST', path, { model: 'sim/ok', input: 'x', wait: true, ...more });
    const refused = await post('/v1/responses', { store: false });
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'store']);
    const policyOf = async (id: unknown) =>
      jsonOf<{ retry: { reattach: boolean } }>(
        await owner.call('GET', `/admin/projects/${projectId}/requests/${String(id)}`),
      ).retry.reattach;
    const kinds = [
      [await post('/v1/responses', {}), true],
      [await post('/v1/responses', { reattach: false, store: false }), false],
      [await post('/v1/embeddings', {}), false],
    ] as const;
    for (const [answer, reattach] of kinds) {
      expect(answer.status).toBe(200);
      expect(await policyOf(answer.headers['x-request-id'])).toBe(reattach);
    }
  });
});
