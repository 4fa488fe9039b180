import { APIAbortError, APITimeoutError } from './errors.js';
import {
  accepted,
  COMPLETION,
  completed,
  failure,
  full,
  HELLO,
  ID,
  record,
} from './testing/answers.js';
import type { Step } from './testing/scripted-server.js';
import { useServer } from './testing/use-server.js';

const { server, client } = useServer();

const paths = (): string[] => server.calls.map(({ method, path }) => `${method} ${path}`);
const POST = 'POST /v1/chat/completions';
const RETRIEVE = `GET /v1/chat/completions/${ID}`;

describe('a completion with wait', () => {
  it('is the answer of the one call that was held', async () => {
    server.play(completed);
    const { data, response, requestId } = await client()
      .chat.completions.create({ ...HELLO, wait: true })
      .withResponse();
    expect(data).toEqual(COMPLETION);
    expect(response.headers.get('x-reqrun-attempts')).toBe('2');
    expect(requestId).toBe(ID);
    expect(paths()).toEqual([POST]);
  });

  it('is asked for until it is there when the wait limit passes first', async () => {
    server.play(accepted, accepted, accepted, completed);
    const completion = await client().chat.completions.create({ ...HELLO, wait: true });
    expect(completion).toEqual(COMPLETION);
    expect(paths()).toEqual([POST, RETRIEVE, RETRIEVE, RETRIEVE]);
  });

  it('fails as it would have failed within the held call', async () => {
    server.play(accepted, failure(502, 'openai_http_500', { 'x-should-retry': 'false' }));
    await expect(client().chat.completions.create({ ...HELLO, wait: true })).rejects.toMatchObject({
      name: 'ProviderError',
      code: 'openai_http_500',
    });
  });

  it('asks for a hold that ends before its own time is over, so that the id gets known', async () => {
    server.play(accepted);
    const error: unknown = await client()
      .chat.completions.create({ ...HELLO, wait: true }, { timeout: 2_000, idempotencyKey: 'k' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APITimeoutError);
    expect(error).toMatchObject({ requestId: ID, idempotencyKey: 'k' });
    expect(server.calls[0]?.body?.['wait_timeout_ms']).toBeLessThanOrEqual(1_000);
  });

  it('leaves a hold alone that was asked for', async () => {
    server.play(completed);
    await client().chat.completions.create(
      { ...HELLO, wait: true, wait_timeout_ms: 120_000 },
      { timeout: 5_000 },
    );
    expect(server.calls[0]?.body?.['wait_timeout_ms']).toBe(120_000);
  });
});

describe('a completion without wait', () => {
  it('is a handle, whatever the project waits by default', async () => {
    server.play(accepted);
    const handle = await client().chat.completions.create(HELLO);
    expect(handle).toMatchObject({ id: ID, object: 'chat.completion.async', status: 'processing' });
    expect(server.calls[0]?.body?.['wait']).toBe(false);
  });

  it('is a handle that says so when the key had been answered before', async () => {
    server.play(completed);
    const handle = await client().chat.completions.create({ ...HELLO, idempotency_key: 'k' });
    expect(handle).toEqual({
      id: ID,
      object: 'chat.completion.async',
      status: 'completed',
      created: COMPLETION.created,
      model: COMPLETION.model,
      attempts: 2,
    });
  });
});

describe('waitFor', () => {
  it.each(['completed', 'failed', 'canceled'] as const)(
    'ends with a record that is %s',
    async (status) => {
      server.play(record('queued'), record('processing'), record('retrying'), record(status));
      expect((await client().requests.waitFor(ID)).status).toBe(status);
      expect(server.calls).toHaveLength(4);
    },
  );

  it('tells at every look how the request stands', async () => {
    server.play(record('queued'), record('retrying'), record('failed'));
    const seen: string[] = [];
    await client().requests.waitFor(ID, { onUpdate: ({ status }) => void seen.push(status) });
    expect(seen).toEqual(['queued', 'retrying', 'failed']);
  });

  it('ends with what onUpdate throws', async () => {
    server.play(record('queued'));
    const stop = new Error('enough');
    const onUpdate = (): never => {
      throw stop;
    };
    await expect(client().requests.waitFor(ID, { onUpdate })).rejects.toBe(stop);
    expect(server.calls).toHaveLength(1);
  });

  it('waits an interruption out that is longer than the retries of a call', async () => {
    const outage: Step[] = Array.from({ length: 6 }, () => full);
    server.play(record('processing'), ...outage, record('completed'));
    const ended = await client({ maxRetries: 1 }).requests.waitFor(ID);
    expect(ended.status).toBe('completed');
  });

  it('ends at once when there is no such request, or no server from the beginning', async () => {
    server.play(failure(404, 'request_not_found'));
    await expect(client().requests.waitFor(ID)).rejects.toMatchObject({ status: 404 });
    server.play(full);
    await expect(client({ maxRetries: 1 }).requests.waitFor(ID)).rejects.toMatchObject({
      status: 503,
    });
    expect(server.calls).toHaveLength(2);
  });

  it('gives up after its timeout, and names the request that runs on', async () => {
    server.play(record('processing'));
    await expect(client().requests.waitFor(ID, { timeout: 100 })).rejects.toMatchObject({
      name: 'APITimeoutError',
      requestId: ID,
      message: `Not finished within 100 ms. ${ID} runs on.`,
    });
  });
});

describe('a call that is aborted', () => {
  it.each([
    ['before it begins', [completed], 0],
    ['while it is not answered', ['silence'], 1],
    [
      'in the pause before a retry',
      [failure(503, 'overloaded', { 'x-should-retry': 'true', 'retry-after': '30' })],
      1,
    ],
    [
      'in the pause before it asks again',
      [{ ...accepted, headers: { 'openai-poll-after-ms': '30000' } }],
      1,
    ],
  ] as [string, Step[], number][])('%s ends at once', async (_when, steps, calls) => {
    server.play(...steps);
    const abort = new AbortController();
    if (calls === 0) {
      abort.abort('changed my mind');
    }
    const call = client().chat.completions.create(
      { ...HELLO, wait: true },
      { signal: abort.signal },
    );
    const error = call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (calls > 0) {
      await server.received(calls);
      abort.abort('changed my mind');
    }
    expect(await error).toBeInstanceOf(APIAbortError);
    expect(await error).toMatchObject({ name: 'AbortError', cause: 'changed my mind' });
    expect(server.calls).toHaveLength(calls);
  });

  it('is no longer connected to the signal when it has ended', async () => {
    server.play(completed);
    let listeners = 0;
    const signal = {
      aborted: false,
      addEventListener: () => void (listeners += 1),
      removeEventListener: () => void (listeners -= 1),
    };
    await client().chat.completions.create({ ...HELLO, wait: true }, { signal });
    expect(listeners).toBe(0);
  });
});

describe('the timeout of a call', () => {
  it('covers an answer that never comes', async () => {
    server.play('silence');
    await expect(client({ timeout: 50 }).requests.get(ID)).rejects.toBeInstanceOf(APITimeoutError);
  });

  it('is not waited for when a retry would come behind it: the error that is there says more', async () => {
    server.play(failure(503, 'overloaded', { 'x-should-retry': 'true', 'retry-after': '30' }));
    await expect(client({ timeout: 5_000 }).requests.get(ID)).rejects.toMatchObject({
      status: 503,
      retryAfter: 30,
    });
  });

  it('can be none', async () => {
    server.play(record('completed'));
    await client().requests.get(ID, { timeout: Infinity });
    expect(server.calls).toHaveLength(1);
  });

  it.each([0, -1, Number.NaN])('cannot be %d', async (timeout) => {
    await expect(client().requests.get(ID, { timeout })).rejects.toThrow('timeout must be');
  });
});

describe('a list', () => {
  const page = (ids: string[], has_more: boolean): Step => ({
    status: 200,
    body: {
      object: 'list',
      data: ids.map((id) => ({ id })),
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
      has_more,
    },
  });

  it('gives the records of all pages, each page when it is needed', async () => {
    server.play(page(['rr_3', 'rr_2'], true), page(['rr_1'], false));
    const seen: [string, number][] = [];
    for await (const { id } of client().requests.list({ limit: 2 })) {
      seen.push([id, server.calls.length]);
    }
    expect(seen).toEqual([
      ['rr_3', 1],
      ['rr_2', 1],
      ['rr_1', 2],
    ]);
    expect(paths()).toEqual(['GET /v1/requests?limit=2', 'GET /v1/requests?limit=2&after=rr_2']);
  });

  it('gives pages, or the first one', async () => {
    server.play(page(['rr_3', 'rr_2'], true), page(['rr_1'], false));
    const sizes: number[] = [];
    for await (const { data } of client().requests.list().pages()) {
      sizes.push(data.length);
    }
    expect(sizes).toEqual([2, 1]);
    server.play(page(['rr_3'], true));
    expect((await client().requests.list()).has_more).toBe(true);
    expect(server.calls).toHaveLength(1);
  });

  it('can be empty', async () => {
    server.play(page([], false));
    for await (const { id } of client().requests.list()) {
      throw new Error(id);
    }
    expect(server.calls).toHaveLength(1);
  });

  it('sends its filters as the API takes them', async () => {
    server.play(page([], false));
    await client().requests.list({
      status: 'failed',
      model: 'openai/gpt-4o & co',
      created_after: new Date(0),
      created_before: 1_790_000_000,
      error_code: undefined as unknown as string,
    });
    expect(paths()).toEqual([
      'GET /v1/requests?status=failed&model=openai%2Fgpt-4o%20%26%20co&created_after=1970-01-01T00%3A00%3A00.000Z&created_before=1790000000',
    ]);
  });
});

describe('the other calls', () => {
  it('go where the API has them', async () => {
    server.play(record('completed'));
    const { requests, chat } = client();
    await requests.get(ID);
    await requests.attempts(ID);
    await requests.cancel(ID);
    await requests.retry(ID);
    await chat.completions.retrieve(ID);
    expect(paths()).toEqual([
      `GET /v1/requests/${ID}`,
      `GET /v1/requests/${ID}/attempts`,
      `POST /v1/requests/${ID}/cancel`,
      `POST /v1/requests/${ID}/retry`,
      RETRIEVE,
    ]);
  });

  it.each(['', '.', '../keys', 'rr_1?x=1', 'rr_1/cancel'])(
    'never go elsewhere with "%s" as an id',
    async (id) => {
      server.play(record('completed'));
      await expect(client().requests.get(id)).rejects.toThrow('The id of a request');
      expect(server.calls).toHaveLength(0);
    },
  );
});
