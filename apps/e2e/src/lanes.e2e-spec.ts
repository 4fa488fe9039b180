import type { AdminClient } from './harness/admin-client.js';
import { type Client, errorOf } from './harness/client.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

interface Lane {
  provider: string;
  model: string | null;
  phase: string;
  reason: string | null;
  pace_per_minute: number | null;
  limits: object | null;
  probe_at: string | null;
  waiting_requests: number;
}

type Standing = Awaited<ReturnType<Client['record']>>;

/** Limits, stops and starts of the calls of models by a person, from outside. */
describe('lanes that a person limits and stops', () => {
  const cluster = useCluster({ redis: false });
  let provider: RecordingProvider;
  let owner: AdminClient;
  let path: string;
  let projectId: string;
  let caller: Client;
  beforeAll(async () => {
    provider = await startRecordingProvider();
    owner = await cluster().owner();
    const project = await cluster().projects.add();
    projectId = project.id;
    path = `/admin/projects/${project.id}/lanes`;
    caller = cluster().clientFor(project.keys.live);
    const body = { name: 'main', base_url: provider.baseUrl, api_key: 'sk-0123456789' };
    await owner.expect(201, 'POST', `/admin/projects/${project.id}/providers`, body);
  });
  afterAll(() => provider.close());

  const list = async (): Promise<Lane[]> =>
    (await owner.expect<{ data: Lane[] }>(200, 'GET', path)).data;
  const standing = (id: string): Promise<Standing> => caller.record(id);
  const submit = (model: string): Promise<string> => caller.submit(model);
  /** Resolves with the record once it is as it should be. */
  async function until(id: string, fits: (record: Standing) => boolean): Promise<Standing> {
    for (;;) {
      const record = await standing(id);
      if (fits(record)) {
        return record;
      }
    }
  }
  /** Tells whether a request is said to be tried in some seconds, and not at once. */
  const isLate = ({ next_attempt_is_estimate: isEstimate, next_attempt_at: at }: Standing) =>
    isEstimate && Date.parse(at ?? '') > Date.now() + 2_000;
  const refused = async (method: string, at: string, body: object) => {
    const answer = await owner.call(method, `${path}${at}`, body);
    return [answer.status, errorOf(answer).code, errorOf(answer).param];
  };

  it('are none at first, and bad input is refused with the name of the field', async () => {
    expect(await list()).toEqual([]);
    const lane = { provider: 'main', model: 'm' };
    expect(await refused('PUT', '/limits', { ...lane, provider: 'nobody' })).toEqual([
      ...[404, 'not_found', 'provider'],
    ]);
    expect(await refused('PUT', '/limits', { ...lane, calls_at_once: 0 })).toEqual([
      ...[400, 'invalid_value', 'calls_at_once'],
    ]);
    expect(await refused('PUT', '/limits', { ...lane, requests_per_minute: 1.5 })).toEqual([
      ...[400, 'invalid_value', 'requests_per_minute'],
    ]);
    const [status, , param] = await refused('POST', '/open', { model: 'm' });
    expect([status, param]).toEqual([400, 'provider']);
    expect(await refused('POST', '/probe', lane)).toEqual([409, 'not_changeable', null]);
    expect(await refused('POST', '/close', lane)).toEqual([409, 'not_changeable', null]);
    expect(await list()).toEqual([]);
  });

  it('stop the calls of a model, whose requests wait and say why, and let them go on', async () => {
    const lane = { provider: 'main', model: 'stopped' };
    const opened = await owner.expect<Lane>(200, 'POST', `${path}/open`, lane);
    expect(opened).toMatchObject({ ...lane, phase: 'open', reason: 'by_hand', probe_at: null });
    // A worker may not have read it yet.
    const id = await (async () => {
      for (;;) {
        const one = await submit('stopped');
        const record = await until(one, ({ status, created_at: at }) => {
          const isOld = Date.parse(at) < Date.now() - 2_000;
          return status === 'queued' ? isOld : status === 'completed';
        });
        if (record.status === 'queued') {
          return one;
        }
      }
    })();
    expect(await standing(id)).toMatchObject({
      ...{ status: 'queued', attempts: 0, waiting_reason: 'circuit_open', waiting_code: 'by_hand' },
      ...{ next_attempt_at: null, next_attempt_is_estimate: false },
    });
    expect((await list())[0]).toMatchObject({ ...lane, waiting_requests: 1 });
    const other = await submit('other');
    await until(other, ({ status }) => status === 'completed');

    await owner.expect(200, 'POST', `${path}/probe`, lane);
    expect(await until(id, ({ status }) => status === 'completed')).toMatchObject({ attempts: 1 });
    for (;;) {
      const [now] = await list();
      if (now?.phase !== 'open') {
        expect(now).toMatchObject({ ...lane, waiting_requests: 0 });
        break;
      }
    }
  });

  it('limit the calls of a provider as a whole before any refusal, with an estimate of the wait', async () => {
    const limits = { requests_per_minute: 2, tokens_per_minute: null, calls_at_once: 1 };
    const lane = { provider: 'main', model: null };
    const limited = await owner.expect<Lane>(200, 'PUT', `${path}/limits`, { ...lane, ...limits });
    expect(limited).toMatchObject({ ...lane, phase: 'paced', reason: 'by_hand', limits });
    expect(limited.pace_per_minute).toBe(2);
    let id = '';
    let waiting: Standing | undefined;
    while (waiting === undefined) {
      id = await submit('m');
      const record = await until(id, (one) => one.status === 'completed' || isLate(one));
      waiting = record.status === 'queued' ? record : undefined;
    }
    expect(waiting).toMatchObject({
      ...{ attempts: 0, waiting_reason: 'rate_limited', waiting_code: 'by_hand' },
      next_attempt_is_estimate: true,
    });
    const none = await owner.expect<Lane>(200, 'PUT', `${path}/limits`, lane);
    expect(none).toMatchObject({ phase: 'clear', limits: null });
    await until(id, ({ status }) => status === 'completed');
  });

  it('are written into the audit log, each with its provider, model and limits', async () => {
    const log = await owner.expect<{ data: { action: string; details: object }[] }>(
      ...([200, 'GET', `/admin/audit?project_id=${projectId}`] as const),
    );
    const told = log.data.filter(({ action }) => action.startsWith('lane.')).reverse();
    expect(told.map(({ action }) => action)).toEqual([
      ...['lane.opened', 'lane.probed', 'lane.limits_set', 'lane.limits_set'],
    ]);
    expect(told[0]?.details).toMatchObject({ provider: 'main', model: 'stopped' });
    expect(told[2]?.details).toMatchObject({
      ...{ provider: 'main', model: null, requests_per_minute: 2, calls_at_once: 1 },
    });
  });
});
