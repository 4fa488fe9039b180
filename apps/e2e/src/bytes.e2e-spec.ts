import type { Client } from './harness/client.js';
import { text } from './harness/matching.js';
import {
  type RecordingProvider,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';
import { describeTransports, useCluster } from './harness/transports.js';

const M = '"messages":[{"role":"user","content":"x"}]';

/** A completion in a format that no JSON printer produces. */
const ODD_COMPLETION =
  '{ "zzz" : 12345678901234567890 ,"usage":{"total_tokens":3},\n\t"object":"chat.completion",' +
  '"created":1.50,"id":"chatcmpl-é","model":"m","not_invented_yet":{"b":1,"a":[1e400,-0.0,1E-7]},' +
  '"choices":[{"finish_reason":"stop","index":0,"message":{"content":"\\u00e9é🎈\\ud83c\\udf88 \\/",' +
  '"role":"assistant"}}] }\r\n';

/** The sent body, and the body that the provider gets; undefined means the same bytes. */
const BODIES: readonly (readonly [string, string, string?])[] = [
  ['a body with none of our fields', `{ "model" : "m",\n ${M} }\n`],
  ['numbers of any size', `{"model":"m",${M},"seed":12345678901234567890,"x":1e400,"y":-0.10}`],
  ['fields that do not exist yet', `{"model":"m",${M},"future":{"b":[null,true],"a":"\\u0041"}}`],
  ['duplicate names', `{"model":"a","model":"m",${M},"n":1,"n":2}`],
  ['names of object prototypes', `{"model":"m",${M},"__proto__":{"a":1},"constructor":1}`],
  [
    'unicode, escaped or not',
    `{"model":"m","messages":[{"role":"user","content":"é\\u00e9🎈\\ud83c"}]}`,
  ],
  ['our names below the top level', `{"model":"m",${M},"tools":[{"wait":1,"retry":{"count":9}}]}`],
  ['metadata', `{"model":"m",${M},"metadata":{"b":"2","a":"1"}}`],
  [
    'our field first',
    `{"retry":{"count":1},"model":"m",${M},"x":1.0}`,
    `{"model":"m",${M},"x":1.0}`,
  ],
  ['our field last', `{"model":"m",${M},"x":1.0,"on_lost":"retry"}`, `{"model":"m",${M},"x":1.0}`],
  [
    'all of our fields, in between',
    `{"wait":true,"model":"m","wait_timeout_ms":20000,"idempotency_key":"bytes","retry":{"count":0},${M},` +
      `"timeout":{"deadline":60000},"on_lost":"fail","x":12345678901234567890,"orq":{}}`,
    `{"model":"m",${M},"x":12345678901234567890}`,
  ],
  [
    'our fields under escaped names',
    `{"\\u0077ait":true,"model":"m",${M},"\\u006frq":{}}`,
    `{"model":"m",${M}}`,
  ],
  [
    'our field twice',
    `{"on_lost":"fail","model":"m","on_lost":"retry",${M}}`,
    `{"model":"m",${M}}`,
  ],
  ['our field as null', `{"model":"m","retry":null,${M}}`, `{"model":"m",${M}}`],
  [
    'our field among white space',
    `{\n  "model": "m",\n  "retry": {"count": 1},\n  ${M},\n  "x": 1\n}\n`,
    `{\n  "model": "m",\n  ${M},\n  "x": 1\n}\n`,
  ],
];

describeTransports('bytes', ({ redis }) => {
  const cluster = useCluster({ redis });
  let provider: RecordingProvider;
  let client: Client;

  beforeAll(async () => {
    provider = await startRecordingProvider();
    const project = await cluster().addProject({
      defaultWait: true,
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-upstream-1234' },
    });
    client = cluster().clientFor(project.keys.live);
  });

  afterAll(() => provider.close());

  it.each(BODIES.map(([name, sent, got = sent]) => [name, sent, got]))(
    'reach the provider as they came, less our fields: %s',
    async (_name, sent, got) => {
      const before = provider.calls.length;
      const answer = await client.chat(sent);
      expect(answer.status).toBe(200);
      expect(provider.calls).toHaveLength(before + 1);
      expect(provider.calls[before]!.body.toString('utf8')).toBe(got);
    },
  );

  it('of an answer reach the caller as the provider sent them: waited for, replayed, polled, in the record', async () => {
    provider.answer = {
      body: ODD_COMPLETION,
      headers: { 'content-type': 'application/json; x=y' },
    };
    const sent = `{"model":"m",${M}}`;
    const headers = { 'idempotency-key': 'odd' };
    const answers = [await client.chat(sent, headers), await client.chat(sent, headers)];
    const id = String(answers[0]!.headers['x-request-id']);
    answers.push(await client.get(`/v1/chat/completions/${id}`));
    provider.answer = { body: SMALL_COMPLETION };
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json; x=y');
      expect(answer.body.toString('utf8')).toBe(ODD_COMPLETION);
    }
    const record = await client.get(`/v1/requests/${id}`);
    expect(record.body.toString('utf8')).toContain(`"result":${ODD_COMPLETION}`);
  });

  it("of a provider's error reach the caller as the provider sent them", async () => {
    const body = '{ "error":{"message":"né","type":"t","param":null,"code":null,"extra":1.0} }';
    provider.answer = { status: 400, body };
    const answer = await client.chat(`{"model":"m",${M}}`);
    provider.answer = { body: SMALL_COMPLETION };
    expect(answer.status).toBe(400);
    expect(answer.body.toString('utf8')).toBe(body);
  });

  it('of a 16 MiB answer reach the caller whole', async () => {
    const body = SMALL_COMPLETION.replace('Hello.', 'é'.repeat(8 * 1024 * 1024));
    provider.answer = { body };
    const answer = await client.chat(`{"model":"m",${M}}`);
    provider.answer = { body: SMALL_COMPLETION };
    expect(answer.status).toBe(200);
    expect(answer.body.equals(Buffer.from(body))).toBe(true);
  });

  it('of headers go up by an allow-list: no key of the caller, no cookie, nothing unknown', async () => {
    await client.chat(`{"model":"m",${M}}`, {
      cookie: 'a=b',
      'x-anything': '1',
      'openai-organization': 'org-1',
      'openai-beta': 'assistants=v2',
      'user-agent': 'my-app/1.0',
      'x-forwarded-for': '192.0.2.1',
    });
    const { headers } = provider.calls.at(-1)!;
    expect(headers).toMatchObject({
      authorization: 'Bearer sk-upstream-1234',
      'openai-organization': 'org-1',
      'openai-beta': 'assistants=v2',
      'user-agent': text(/^reqrun\/\S+ my-app\/1\.0$/),
      'idempotency-key': text(/^rr_[0-9a-f]{32}-1$/),
    });
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('x-anything');
    expect(headers).not.toHaveProperty('x-forwarded-for');
  });

  it('of provider headers come down by an allow-list', async () => {
    provider.answer = {
      body: SMALL_COMPLETION,
      headers: {
        'x-request-id': 'req_upstream',
        'openai-processing-ms': '12',
        'x-ratelimit-remaining-requests': '9',
        'set-cookie': 'a=b',
        'x-anything': '1',
      },
    };
    const { headers } = await client.chat(`{"model":"m",${M}}`);
    provider.answer = { body: SMALL_COMPLETION };
    expect(headers).toMatchObject({
      'x-provider-request-id': 'req_upstream',
      'openai-processing-ms': '12',
      'x-ratelimit-remaining-requests': '9',
      'x-request-id': text(/^rr_/),
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('x-anything');
  });
});
