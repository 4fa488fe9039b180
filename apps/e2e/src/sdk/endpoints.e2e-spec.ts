import { ReqRun } from '@reqrun/sdk';

import { useCluster } from '../harness/transports.js';

const cluster = useCluster({ redis: false });
const reqrun = (): ReqRun =>
  new ReqRun({ baseURL: cluster().baseUrl, apiKey: cluster().project.keys.test });

describe('the endpoints beside chat completions', () => {
  it('embeddings are waited for', async () => {
    const { data } = await reqrun().embeddings.create({
      model: 'sim/429:retry-after-ms=10,ok',
      input: ['one', 'two'],
      wait: true,
    });
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('responses are waited for, carry an id to go on from, and are read by their request', async () => {
    const { data, requestId } = await reqrun()
      .responses.create({ model: 'sim/ok', input: 'Say something.', wait: true })
      .withResponse();
    expect(data).toMatchObject({ object: 'response', status: 'completed' });
    const next = await reqrun().responses.create({
      model: 'sim/ok',
      input: 'Go on.',
      previous_response_id: requestId,
      wait: true,
    });
    expect(next['previous_response_id']).toBe(data.id);
  });

  it('give handles of their own kind, and the handle of a completed one with its key', async () => {
    const params = { model: 'sim/ok', input: 'x', idempotency_key: 'embedded' } as const;
    const handle = await reqrun().embeddings.create(params);
    expect(handle.object).toBe('embedding.async');
    await reqrun().requests.waitFor(handle.id);
    expect(await reqrun().embeddings.create(params)).toMatchObject({
      id: handle.id,
      object: 'embedding.async',
      status: 'completed',
    });
    expect(await reqrun().embeddings.retrieve(handle.id)).toMatchObject({ object: 'list' });
  });
});
