import { randomUUID } from 'node:crypto';

import { type PolicySimulation, ReqRun } from '@reqrun/sdk';

import type { AdminClient } from './harness/admin-client.js';
import { errorOf, jsonOf } from './harness/client.js';
import { useCluster } from './harness/transports.js';

describe('a simulation of a policy', () => {
  const cluster = useCluster({ redis: false });
  const client = () => cluster().client;
  const simulate = async (body: object): Promise<PolicySimulation> => {
    const answer = await client().call('POST', '/v1/policies/simulate', body);
    expect(answer.status).toBe(200);
    return jsonOf<PolicySimulation>(answer);
  };
  let owner: AdminClient;

  beforeAll(async () => {
    owner = await cluster().owner();
    const once = { retry: { count: 0 } };
    await Promise.all([
      client().wait('sim/503', once),
      client().wait('sim/503', once),
      client().wait('sim/400', once),
      client().wait('sim/ok', once),
      client().wait('sim/503', { ...once, fallbacks: [{ model: 'sim/ok' }] }),
      client().wait('sim/429,ok', { retry: { count: 1 } }),
      client().wait('sim/stall', { ...once, timeout: { call_timeout: 200 } }),
    ]);
    await client().submit('sim/stall');
  });

  it('counts which of the failed requests it would reach, and after which wait', async () => {
    expect(await simulate({ policy: { retry: { count: 2 } } })).toMatchObject({
      ...{ object: 'policy.simulation', mode: 'test', requests: 8, sampled: 7, capped: false },
      actual: { completed: 3, failed: 4 },
      simulated: { completed: 2, failed: 1, unknown: 4, would_retry: 4 },
      of_failed: { failed: 1, would_retry: 3, added_delay_ms: { p50: 1_000, p95: 1_000 } },
    });
    expect((await simulate({ policy: {} })).simulated).toMatchObject({
      ...{ completed: 3, failed: 4, unknown: 0 },
    });
  });

  it('tells fallbacks that were called from others, and a longer call from a retry', async () => {
    const fallbacks = [{ model: 'sim/ok' }];
    expect(await simulate({ policy: { fallbacks } })).toMatchObject({
      simulated: { completed: 3, failed: 1, would_fall_back: 3 },
    });
    expect(await simulate({ policy: { fallbacks: [] } })).toMatchObject({
      of_completed: { completed: 2, failed: 1 },
    });
    expect(await simulate({ policy: { timeout: { call_timeout: 5_000 } } })).toMatchObject({
      of_failed: { failed: 3, would_call_longer: 1 },
    });
    expect(await simulate({ model: 'sim/400', policy: {} })).toMatchObject({ sampled: 1 });
  });

  it('is the same for people of the dashboard, who say the mode', async () => {
    const path = `/admin/projects/${cluster().project.id}/policies/simulate`;
    const body = { mode: 'test', policy: { retry: { count: 2 } } };
    const span = { from: '2026-01-01', to: '2026-01-02' };
    const seen = await owner.expect(200, 'POST', path, { ...body, ...span });
    expect(seen).toEqual(await simulate({ ...body, ...span }));
    expect(await owner.expect(200, 'POST', path, body)).toMatchObject({
      simulated: { completed: 2, failed: 1, would_retry: 4 },
    });
    expect(await owner.expect(200, 'POST', path, { policy: {} })).toMatchObject({
      ...{ mode: 'live', sampled: 0 },
    });
    await owner.expect(404, 'POST', `/admin/projects/${randomUUID()}/policies/simulate`, body);
  });

  it('is the same through the SDK, with any kind of time', async () => {
    const reqrun = new ReqRun({
      ...{ apiKey: cluster().project.keys.test, baseURL: cluster().baseUrl, maxRetries: 0 },
    });
    const [from, to] = [new Date(Date.now() - 3_600_000), Math.ceil(Date.now() / 1000)];
    const policy = { retry: { count: 2 } };
    const { data, response } = await reqrun.policies.simulate({ from, to, policy }).withResponse();
    expect(data).toEqual(await simulate({ from: from.toISOString(), to: String(to), policy }));
    expect([response.status, data.sampled]).toEqual([200, 7]);
    await expect(reqrun.policies.simulate({ from: 1, policy })).rejects.toMatchObject({
      ...{ status: 400, param: 'from' },
    });
  });

  it('is refused with the whole path of what is wrong with it', async () => {
    const refused = async (body: object | string) => {
      const answer = await client().call('POST', '/v1/policies/simulate', body);
      return [answer.status, errorOf(answer).code, errorOf(answer).param];
    };
    expect(await refused({ policy: { retry: { count: 9 } } })).toEqual([
      ...[400, 'invalid_value', 'policy.retry.count'],
    ]);
    expect(await refused({ mode: 'live', policy: {} })).toEqual([400, 'invalid_value', 'mode']);
    expect(await refused('{')).toEqual([400, 'invalid_json', null]);
    expect(await refused('[]')).toEqual([400, 'invalid_body', null]);
  });
});
