import { accepted, COMPLETION, failure, HELLO, ID, record } from './testing/answers.js';
import { useServer } from './testing/use-server.js';

const { server, client } = useServer();

describe('createMany', () => {
  it('tells what became of each, in their order, and waits for none', async () => {
    server.play(accepted, failure(400, 'invalid_value', { 'x-should-retry': 'false' }), accepted);
    const items = ['a', 'b', 'c'].map((key) => ({ ...HELLO, wait: true, idempotency_key: key }));
    const made = await client().requests.createMany(items, { concurrency: 1 });
    expect(made).toMatchObject([
      { index: 0, handle: { id: ID }, error: null },
      { index: 1, handle: null, error: { name: 'BadRequestError', code: 'invalid_value' } },
      { index: 2, handle: { id: ID }, error: null },
    ]);
    expect(server.calls.map(({ body }) => [body?.['idempotency_key'], body?.['wait']])).toEqual([
      ['a', false],
      ['b', false],
      ['c', false],
    ]);
  });

  it('goes to the endpoint that is named', async () => {
    server.play(accepted);
    const items = [{ model: 'm', input: 'x' }];
    await client().requests.createMany(items, { endpoint: 'embeddings' });
    expect(server.calls[0]?.path).toBe('/v1/embeddings');
  });

  it('ends when it is aborted, and refuses a concurrency that is none', async () => {
    server.play('silence');
    const abort = new AbortController();
    const made = client().requests.createMany([HELLO, HELLO], {
      ...{ concurrency: 1, signal: abort.signal },
    });
    const ended = Promise.resolve(made);
    await server.received(1);
    abort.abort();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.calls).toHaveLength(1);
    expect(() => client().requests.createMany([], { concurrency: 0 })).toThrow('concurrency');
  });
});

describe('waitForAll', () => {
  it('gives the record of each in the order of the ids, whatever its status', async () => {
    server.play(record('processing'), record('completed'), record('failed'));
    const records = await client().requests.waitForAll([ID, ID], { concurrency: 1 });
    expect(records.map(({ status }) => status)).toEqual(['completed', 'failed']);
    expect(server.calls).toHaveLength(3);
  });
});

describe('waitFor with unwrap', () => {
  it('is the answer, without a further call where the record has it', async () => {
    server.play(record('processing'), record('completed'));
    expect(await client().requests.waitFor(ID).unwrap()).toEqual(COMPLETION);
    expect(server.calls).toHaveLength(2);
  });

  it('throws how the request failed, as a call that waits does', async () => {
    const failed = record('failed');
    server.play(
      { ...failed, body: { ...(failed.body as object), endpoint: '/v1/embeddings' } },
      failure(504, 'deadline_exceeded', { 'x-should-retry': 'false', 'x-reqrun-attempts': '4' }),
    );
    await expect(client().requests.waitFor(ID).unwrap()).rejects.toMatchObject({
      ...{ name: 'GatewayTimeoutError', code: 'deadline_exceeded' },
    });
    expect(server.calls[1]?.path).toBe(`/v1/embeddings/${ID}`);
  });

  it('throws that there is no such request', async () => {
    server.play(failure(404, 'request_not_found'));
    await expect(client().requests.waitFor(ID).unwrap()).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });
});

describe('a list with results', () => {
  it('reads each that can have one, and shows the others as they are', async () => {
    const statuses = ['completed', 'queued', 'failed'] as const;
    server.play(
      {
        status: 200,
        body: {
          ...{ object: 'list', first_id: ID, last_id: ID, has_more: false },
          data: statuses.map((status) => ({ id: ID, status, result: null })),
        },
      },
      record('completed'),
    );
    const { data } = await client().requests.list({
      ...{ include: 'result', metadata: { 'order id': '7&8' }, idempotency_key_prefix: 'ticket-' },
    });
    expect(data.map(({ result }) => result)).toEqual([COMPLETION, null, COMPLETION]);
    expect(server.calls.map(({ path }) => path)).toEqual([
      '/v1/requests?idempotency_key_prefix=ticket-&metadata%5Border%20id%5D=7%268',
      `/v1/requests/${ID}`,
      `/v1/requests/${ID}`,
    ]);
  });
});
