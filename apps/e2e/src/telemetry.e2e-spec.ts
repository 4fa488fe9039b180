import { randomBytes } from 'node:crypto';

import { chatBody, type SentHeaders } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { Collector, type ReceivedSpan } from './harness/collector.js';
import { eventually } from './harness/eventually.js';
import { openStream } from './harness/stream-client.js';
import { useCluster } from './harness/transports.js';

const COLLECTOR_KEY = `key_${randomBytes(8).toString('hex')}`;

/** The place of a caller in a trace of its own. */
function callerContext(flags: '00' | '01' = '01') {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  const headers: SentHeaders = { traceparent: `00-${traceId}-${spanId}-${flags}` };
  return { traceId, spanId, headers };
}

const settingsFor = (url: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${COLLECTOR_KEY}`,
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=e2e',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_METRIC_EXPORT_INTERVAL: '200',
});

describe('with a collector', () => {
  let collector: Collector;
  let cluster: Cluster;

  beforeAll(async () => {
    collector = await Collector.start();
    cluster = await Cluster.start({ redis: false, env: settingsFor(collector.url) });
  }, 240_000);
  afterAll(async () => {
    await cluster.stop();
    await collector.close();
  }, 240_000);

  /** The spans of a trace, once the server's has ended and all that should have begun are there. */
  const traceOf = (traceId: string, count: number): Promise<ReceivedSpan[]> =>
    eventually(
      () => Promise.resolve(collector.trace(traceId)),
      (spans) => spans.length >= count,
    );
  const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] =>
    spans.filter((span) => span.name === name);

  it('a waited call is one trace, from its caller through API and worker to the provider', async () => {
    const caller = callerContext();
    const model = 'sim/503:retry-after-ms=10,ok';
    const answer = await cluster.client.wait(model, {}, { ...caller.headers, tracestate: 'v=1' });
    const id = String(answer.headers['x-request-id']);
    const spans = await traceOf(caller.traceId, 8);
    expect(spans.map(({ name }) => name).sort()).toEqual(
      [
        ...['POST /v1/chat/completions', 'accept', 'claim', 'claim'],
        ...[`chat ${model}`, `chat ${model}`, 'finish', 'finish'],
      ].sort(),
    );
    const [server] = named(spans, 'POST /v1/chat/completions');
    expect(server).toMatchObject({
      parentId: caller.spanId,
      kind: 'server',
      failed: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'reqrun.request_id': id,
        'reqrun.mode': 'test',
      },
      resource: {
        'service.name': 'reqrun-api',
        'reqrun.process': 'api',
        'deployment.environment.name': 'e2e',
      },
    });
    const others = spans.filter((span) => span !== server);
    expect(others.map(({ parentId }) => parentId)).toEqual(others.map(() => server?.spanId));
    expect(others.map(({ name, resource }) => [name, resource['service.name']])).toEqual(
      others.map(({ name }) => [name, name === 'accept' ? 'reqrun-api' : 'reqrun-worker']),
    );
    expect(new Set(spans.map(({ traceState }) => traceState))).toEqual(new Set(['v=1']));
    const [failed, succeeded] = named(spans, `chat ${model}`);
    expect(failed).toMatchObject({
      kind: 'client',
      failed: true,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(cluster.simulator.url).port),
        'http.response.status_code': 503,
        'error.type': expect.any(String) as string,
        'reqrun.request_id': id,
        'reqrun.attempt': 1,
        'reqrun.decision': 'retry',
        'reqrun.retry.delay_ms': expect.any(Number) as number,
      },
    });
    expect(succeeded).toMatchObject({
      failed: false,
      attributes: {
        'reqrun.attempt': 2,
        'reqrun.decision': 'succeed',
        'http.response.status_code': 200,
        'gen_ai.usage.input_tokens': expect.any(Number) as number,
        'gen_ai.usage.output_tokens': expect.any(Number) as number,
      },
    });
    expect(succeeded?.attributes).not.toHaveProperty('error.type');
    expect(
      named(spans, 'finish').map(({ attributes }) => [
        attributes['reqrun.attempt'],
        attributes['reqrun.status'],
      ]),
    ).toEqual([
      [1, 'retrying'],
      [2, 'completed'],
    ]);
    const calls = await cluster.simulator.calls(id);
    expect(calls.map(({ traceparent }) => traceparent)).toEqual(
      [failed, succeeded].map((span) => `00-${caller.traceId}-${span?.spanId}-01`),
    );
  });

  it('a request that nobody waits for, without a context of its caller, is one trace with a root', async () => {
    const id = await cluster.client.submit('sim/ok');
    await cluster.client.untilEnded(id);
    const root = await eventually(
      () =>
        Promise.resolve(
          collector.spans.find(
            ({ kind, attributes }) => kind === 'server' && attributes['reqrun.request_id'] === id,
          ),
        ),
      (span) => span !== undefined,
    );
    const spans = await traceOf(root?.traceId ?? '', 5);
    expect(root?.parentId).toBe('');
    expect(spans.map(({ name }) => name).sort()).toEqual(
      ['POST /v1/chat/completions', 'accept', 'chat sim/ok', 'claim', 'finish'].sort(),
    );
    const [claim] = named(spans, 'claim');
    const [call] = named(spans, 'chat sim/ok');
    // The claim is the wait of the request, and is over before the call.
    expect(claim!.endMs).toBeLessThanOrEqual(call!.startMs);
  });

  it('a trace that its caller does not record is not recorded, and the provider is told so', async () => {
    const caller = callerContext('00');
    const answer = await cluster.client.wait('sim/ok', {}, caller.headers);
    const [call] = await cluster.simulator.calls(String(answer.headers['x-request-id']));
    expect(call?.traceparent).toMatch(new RegExp(`^00-${caller.traceId}-[0-9a-f]{16}-00$`));
    // A later trace arrives, so an earlier one would have.
    const later = callerContext();
    await cluster.client.wait('sim/ok', {}, later.headers);
    await traceOf(later.traceId, 5);
    expect(collector.trace(caller.traceId)).toEqual([]);
  });

  it('a header that is no valid context begins a trace of its own', async () => {
    for (const traceparent of ['00-0-0-01', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`]) {
      const answer = await cluster.client.wait('sim/ok', {}, { traceparent });
      const [call] = await cluster.simulator.calls(String(answer.headers['x-request-id']));
      expect(call?.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    }
  });

  it('a stream has a call that says when its first frame came, within the span of its reader', async () => {
    const caller = callerContext();
    const stream = await openStream(cluster.api.origin, cluster.project.keys.test, {
      path: '/v1/chat/completions',
      body: chatBody('sim/tokens:8', { stream: true }),
      headers: caller.headers as Record<string, string>,
    });
    expect(await stream.ended).toBe('clean');
    const spans = await traceOf(caller.traceId, 5);
    const [server] = named(spans, 'POST /v1/chat/completions');
    const [call] = named(spans, 'chat sim/tokens:8');
    expect(call?.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': expect.any(Number) as number,
    });
    expect(call?.parentId).toBe(server?.spanId);
    expect(server?.attributes['http.response.status_code']).toBe(200);
  });

  it('fallbacks are calls of their own models', async () => {
    const caller = callerContext();
    await cluster.client.wait(
      'sim/503',
      { retry: { count: 0 }, fallbacks: [{ model: 'sim/ok' }] },
      caller.headers,
    );
    const spans = await traceOf(caller.traceId, 8);
    const [first] = named(spans, 'chat sim/503');
    const [second] = named(spans, 'chat sim/ok');
    expect(first).toMatchObject({ failed: true, attributes: { 'reqrun.decision': 'fallback' } });
    expect(second).toMatchObject({ failed: false, attributes: { 'reqrun.fallback': 1 } });
  });

  it('a hit of the cache is accepted and never called', async () => {
    const fields = { seed: 1, cache: { type: 'exact_match', ttl: 300 } };
    const miss = callerContext();
    await cluster.client.wait('sim/ok', fields, miss.headers);
    const hit = callerContext();
    await cluster.client.wait('sim/ok', fields, hit.headers);
    expect((await traceOf(miss.traceId, 5)).map(({ name }) => name)).toContain('chat sim/ok');
    const spans = await traceOf(hit.traceId, 2);
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST /v1/chat/completions', 'accept']);
    expect(spans.map(({ attributes }) => attributes['reqrun.cache'])).toEqual(['hit', 'hit']);
  });

  it('a refusal names its code, and is no failure of ours', async () => {
    const caller = callerContext();
    await cluster.client.chat('{', caller.headers);
    const [span] = await traceOf(caller.traceId, 1);
    expect(span).toMatchObject({
      failed: false,
      attributes: { 'error.type': 'invalid_json', 'http.response.status_code': 400 },
    });
  });

  it('metrics of both processes arrive under the names of /metrics, with those of the conventions', async () => {
    await cluster.client.wait('sim/ok');
    const wanted = [
      ['reqrun_requests_accepted_total', 'sum', 'api'],
      ['reqrun_waiting', 'gauge', 'api'],
      ['reqrun_attempts_total', 'sum', 'worker'],
      ['reqrun_provider_call_seconds', 'histogram', 'worker'],
      ['gen_ai.client.operation.duration', 'histogram', 'worker'],
      ['gen_ai.client.token.usage', 'histogram', 'worker'],
      ['nodejs_heap_size_used_bytes', 'gauge', 'worker'],
    ];
    await eventually(
      () =>
        Promise.resolve(
          wanted.filter(
            ([name, kind, process]) =>
              !collector.points.some(
                (point) =>
                  point.name === name &&
                  point.kind === kind &&
                  point.resource['reqrun.process'] === process &&
                  (kind !== 'histogram' || point.value > 0),
              ),
          ),
        ),
      (missing) => missing.length === 0,
    );
    // What is counted once is sent as it is exposed.
    const counted = (await cluster.worker.counts()).sum('reqrun_provider_call_seconds_count');
    await eventually(
      () =>
        Promise.resolve(
          collector.points.findLast(({ name }) => name === 'reqrun_provider_call_seconds')?.value,
        ),
      (value) => value === counted,
    );
    const [duration] = collector.points.filter(
      ({ name }) => name === 'gen_ai.client.operation.duration',
    );
    expect(duration?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
    });
  });

  it('nothing of a prompt, an answer, a key or a message of the provider arrives', async () => {
    const canary = `canary_${randomBytes(16).toString('hex')}`;
    const messages = [{ role: 'user', content: `Do not tell: ${canary}` }];
    const ways = [
      'echo',
      'echo-error',
      '400:echo',
      '500:echo',
      'html:502',
      'reset',
      'cut',
      'shape',
    ];
    const traces = await Promise.all(
      ways.map(async (step) => {
        const caller = callerContext();
        const more = { messages, user: canary, retry: { count: 0 }, metadata: { note: canary } };
        await cluster.client.wait(`sim/${step}`, more, {
          ...caller.headers,
          baggage: `secret=${canary}`,
          'idempotency-key': `${canary}-${step}`,
        });
        return caller.traceId;
      }),
    );
    await Promise.all(traces.map((traceId) => traceOf(traceId, 5)));
    const received = Buffer.concat(collector.received).toString('latin1');
    expect(received).toContain('POST /v1/chat/completions');
    for (const secret of [canary, cluster.project.keys.test, cluster.masterKey]) {
      expect(received).not.toContain(secret);
    }
  });

  it('the collector gets its headers, and nobody else does', async () => {
    await eventually(
      () => Promise.resolve(collector.headers),
      (headers) => headers.length > 0,
    );
    expect(new Set(collector.headers.map((headers) => headers['x-collector-key']))).toEqual(
      new Set([COLLECTOR_KEY]),
    );
    expect(cluster.output).not.toContain(COLLECTOR_KEY);
  });

  it('a collector that refuses hurts no request; a line says so once, and another when it is back', async () => {
    const told = cluster.worker.logs().length;
    collector.status = 400;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => cluster.client.wait('sim/ok')),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const failed = await cluster.worker.logged(
      ({ event, signal }) => event === 'telemetry.export_failed' && signal === 'metrics',
      told,
    );
    expect(failed).toMatchObject({ level: 'warn', error_code: '400' });
    collector.status = 200;
    await cluster.worker.logged(
      ({ event, signal }) => event === 'telemetry.export_recovered' && signal === 'metrics',
      told,
    );
    const lines = cluster.worker
      .logs()
      .slice(told)
      .filter(({ event, signal }) => event === 'telemetry.export_failed' && signal === 'metrics');
    expect(lines).toHaveLength(1);
  });

  it('what a process has not sent yet is sent when it stops', async () => {
    const late = await cluster.addWorker({ OTEL_BSP_SCHEDULE_DELAY: '600000' });
    await cluster.worker.stop();
    const caller = callerContext();
    await cluster.client.wait('sim/ok', {}, caller.headers);
    expect(await late.stop()).toEqual({ code: 0, signal: null });
    const spans = await traceOf(caller.traceId, 5);
    expect(named(spans, 'chat sim/ok')).toHaveLength(1);
  });
});

describe('with a collector that is away', () => {
  const cluster = useCluster({
    redis: false,
    // Nothing listens there.
    env: settingsFor('http://127.0.0.1:9'),
  });

  it('requests are answered, and the processes stop as usual', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => cluster().client.wait('sim/ok')),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await cluster().worker.stop()).toEqual({ code: 0, signal: null });
    expect(await cluster().api.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('without a collector', () => {
  const cluster = useCluster({ redis: false });

  it("a caller's context goes to no provider", async () => {
    const answer = await cluster().client.wait('sim/ok', {}, callerContext().headers);
    const [call] = await cluster().simulator.calls(String(answer.headers['x-request-id']));
    expect(call?.traceparent).toBeNull();
  });
});

describe('with a share of the traces', () => {
  let collector: Collector;
  let cluster: Cluster;
  beforeAll(async () => {
    collector = await Collector.start();
    cluster = await Cluster.start({
      redis: false,
      env: {
        ...settingsFor(collector.url),
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.5',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_SERVICE_NAME: 'gateway',
      },
    });
  }, 240_000);
  afterAll(async () => {
    await cluster.stop();
    await collector.close();
  }, 240_000);

  it('a trace is recorded by all processes or by none, whatever its caller says', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        cluster.client.wait('sim/ok', {}, callerContext(n % 2 === 0 ? '00' : '01').headers),
      ),
    );
    expect(await cluster.worker.stop()).toMatchObject({ code: 0 });
    expect(await cluster.api.stop()).toMatchObject({ code: 0 });
    const traces = new Set(collector.spans.map(({ traceId }) => traceId));
    // All or none of 60 at one half: less than one in 10^18.
    expect(traces.size).toBeGreaterThan(0);
    expect(traces.size).toBeLessThan(60);
    for (const traceId of traces) {
      expect(collector.trace(traceId)).toHaveLength(5);
    }
    expect(collector.points).toEqual([]);
    expect(new Set(collector.spans.map(({ resource }) => resource['service.name']))).toEqual(
      new Set(['gateway']),
    );
  });
});
