import OpenAI, { toFile } from 'openai';

import { type Answer, errorOf, jsonOf } from './harness/client.js';
import { AUDIO, type FormField, formOf, recording } from './harness/form.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { describeTransports, useCluster } from './harness/transports.js';

const TRANSCRIPTIONS = '/v1/audio/transcriptions';
const MIB = 1024 * 1024;
/** Our fields beside OpenAI's: the SDK sends them, its types do not know them. */
const own = (fields: object): object => fields;

describe('uploads through the stock SDK', () => {
  const cluster = useCluster({ redis: false });
  const sdk = (): OpenAI =>
    new OpenAI({ baseURL: `${cluster().baseUrl}/v1`, apiKey: cluster().project.keys.test });
  const audio = () => toFile(AUDIO, 'a "recording".mp3');

  it('transcriptions, tried again after a failure', async () => {
    const { data, response } = await sdk()
      .audio.transcriptions.create({
        file: await audio(),
        model: 'sim/503:retry-after-ms=10,ok',
        ...own({ wait: true }),
      })
      .withResponse();
    expect(data.text).toContain('simulator');
    expect(response.headers.get('x-reqrun-attempts')).toBe('2');
    const record = await cluster().client.record(String(response.headers.get('x-request-id')));
    expect(record).toMatchObject({
      endpoint: TRANSCRIPTIONS,
      result: { text: data.text },
      usage: { seconds: 2 },
    });
  });

  it('translations', async () => {
    const { text } = await sdk().audio.translations.create({
      file: await audio(),
      model: 'sim/ok',
      ...own({ wait: true }),
    });
    expect(text).toContain('simulator');
  });

  it('edits of several images, with our fields as the SDK writes them', async () => {
    const images = await Promise.all(
      [1, 2].map((n) => toFile(Buffer.from(`png ${n}`), `${n}.png`)),
    );
    const edit = (count: number) =>
      sdk()
        .images.edit({
          image: images,
          prompt: 'a pixel',
          model: 'sim/503:retry-after-ms=10,ok',
          n: 2,
          ...own({ wait: true, retry: { count, on_codes: [503] } }),
        })
        .withResponse();
    const { data, response } = await edit(1);
    expect(data.data).toHaveLength(2);
    expect(response.headers.get('x-reqrun-attempts')).toBe('2');
    await expect(edit(0)).rejects.toMatchObject({ status: 502, code: 'openai_http_503' });
  });

  it.each(['text', 'srt', 'vtt'] as const)(
    'a transcript in %s comes byte for byte, also by its request, and is no result of the record',
    async (format) => {
      const { data, response } = await sdk()
        .audio.transcriptions.create({
          file: await audio(),
          model: 'sim/html,ok',
          response_format: format,
          ...own({ wait: true }),
        })
        .withResponse();
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(response.headers.get('x-reqrun-attempts')).toBe('2');
      const id = String(response.headers.get('x-request-id'));
      const again = await cluster().client.get(`${TRANSCRIPTIONS}/${id}`);
      expect(again.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(again.body.toString()).toBe(data);
      expect(await cluster().client.record(id)).toMatchObject({
        status: 'completed',
        result: null,
      });
    },
  );

  it.each(['html', 'notjson', 'shape', 'empty', 'cut'])(
    'a transcript that is %s is never a result',
    async (step) => {
      const { response } = await sdk()
        .audio.transcriptions.create({
          file: await audio(),
          model: `sim/${step},ok`,
          ...own({ wait: true }),
        })
        .withResponse();
      expect(response.headers.get('x-reqrun-attempts')).toBe('2');
    },
  );

  it('wait by themselves, and join their own retries although each draws another boundary', async () => {
    const project = await cluster().addProject({ settings: { wait: 'auto', waitTimeoutMs: 300 } });
    const boundaries = new Set<string>();
    const openai = new OpenAI({
      baseURL: `${cluster().baseUrl}/v1`,
      apiKey: project.keys.test,
      fetch: async (url, init) => {
        const request = new Request(url, init);
        boundaries.add(request.headers.get('content-type') ?? '');
        return fetch(request);
      },
    });
    const { data, response } = await openai.audio.transcriptions
      .create({ file: await audio(), model: 'sim/slow:700' })
      .withResponse();
    expect(data.text).toContain('simulator');
    expect(boundaries.size).toBeGreaterThan(1);
    expect(response.headers.get('x-reqrun-joined')).toBe('sdk-retry');
    expect(response.headers.get('x-reqrun-attempts')).toBe('1');
  });
});

describeTransports('an upload', ({ redis }) => {
  const cluster = useCluster({
    redis,
    workers: 2,
    env: { REQRUN_MAX_BODY_BYTES: String(8 * MIB) },
  });
  let provider: RecordingProvider;
  let live: string;

  beforeAll(async () => {
    provider = await startRecordingProvider();
    provider.answer = { body: '{"text":"Hello."}' };
    const project = await cluster().addProject({
      defaultWait: true,
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-upstream-1234' },
    });
    live = project.keys.live;
  });
  afterAll(() => provider.close());

  const send = (
    fields: readonly FormField[],
    { key = live, boundary = 'xYzZY', headers = {}, path = TRANSCRIPTIONS } = {},
  ): Promise<Answer> => {
    const form = formOf(fields, boundary);
    return cluster()
      .clientFor(key)
      .call('POST', path, form.body, { ...form.headers, ...headers });
  };

  it.each([
    ['small', AUDIO],
    ['of 100 KiB', Buffer.alloc(100 * 1024, '\r\n--xYzZ')],
    ['of 3 MiB', Buffer.alloc(3 * MIB, '\r\n--xYz')],
  ])(
    'reaches the provider byte for byte, less our fields, with its content type: %s',
    async (_what, content) => {
      const before = provider.calls.length;
      const file = { name: 'file', content, fileName: 'é.mp3', type: 'audio/mpeg' };
      const rest = [file, { name: 'model', content: 'm' }, { name: 'temperature', content: '0.0' }];
      const ours = [
        { name: 'wait', content: 'true' },
        { name: 'retry', content: '{"count":1}' },
        { name: 'timeout[deadline]', content: '60000' },
      ];
      const answer = await send([ours[0]!, rest[0]!, ours[1]!, rest[1]!, rest[2]!, ours[2]!]);
      expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"Hello."}']);
      expect(provider.calls).toHaveLength(before + 1);
      const got = provider.calls[before]!;
      expect(got.path).toBe(TRANSCRIPTIONS);
      expect(got.headers['content-type']).toBe('multipart/form-data; boundary=xYzZY');
      expect(got.headers['content-length']).toBe(String(got.body.length));
      expect(got.body.equals(formOf(rest).body)).toBe(true);
    },
  );

  it.each([
    ['small', AUDIO],
    ['large', Buffer.alloc(3 * MIB, 'x')],
  ])('is the same at every attempt, also after a worker died: %s', async (_what, content) => {
    const [, model] = recording('sim/hang,503:retry-after-ms=10,ok');
    const accepted = await send(
      [{ name: 'file', content, fileName: 'a' }, model!, { name: 'wait', content: 'false' }],
      { key: cluster().project.keys.test },
    );
    const { id, object } = jsonOf<{ id: string; object: string }>(accepted);
    expect([accepted.status, object]).toEqual([202, 'audio.transcription.async']);
    await cluster().simulator.untilCalled(id);
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    // The simulator answers 400 to what is not the form that was sent.
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'completed',
      attempts: 3,
      result: { text: expect.any(String) as string },
    });
    await owner.start();
  });

  it('under one key is one request, whatever its boundary and the order of its fields', async () => {
    const before = provider.calls.length;
    const fields = recording('m', { prompt: 'p', idempotency_key: 'one' });
    const first = await send(fields);
    const others = [
      await send(fields, { boundary: 'another' }),
      await send(fields.toReversed()),
      await send(
        fields.filter(({ name }) => name !== 'idempotency_key'),
        { headers: { 'idempotency-key': 'one' } },
      ),
      await send([...fields, { name: 'retry[count]', content: '0' }]),
    ];
    expect(first.status).toBe(200);
    for (const other of others) {
      expect(other.headers['x-request-id']).toBe(first.headers['x-request-id']);
      expect(other.headers['idempotent-replayed']).toBe('true');
    }
    expect(provider.calls).toHaveLength(before + 1);
  });

  it('under one key is one request, also where its boundary alone makes it large', async () => {
    // Bodies from 64 KiB on are read in slices.
    const fields = [
      { name: 'file', content: Buffer.alloc(65_250, 'x'), fileName: 'a' },
      recording('m')[1]!,
    ];
    const headers = { 'idempotency-key': 'threshold' };
    expect(formOf(fields, 'b').body.length).toBeLessThan(64 * 1024);
    expect(formOf(fields, 'b'.repeat(70)).body.length).toBeGreaterThan(64 * 1024);
    const small = await send(fields, { headers, boundary: 'b' });
    const large = await send(fields, { headers, boundary: 'b'.repeat(70) });
    expect([small.status, large.headers['x-request-id']]).toEqual([
      200,
      small.headers['x-request-id'],
    ]);
  });

  it.each<[string, (fields: FormField[]) => FormField[]]>([
    ['another file', ([file, ...rest]) => [{ ...file!, content: 'x' }, ...rest]],
    ['another name of the file', ([file, ...rest]) => [{ ...file!, fileName: 'b.mp3' }, ...rest]],
    ['another type of the file', ([file, ...rest]) => [{ ...file!, type: 'audio/wav' }, ...rest]],
    ['one more field', (fields) => [...fields, { name: 'language', content: 'en' }]],
    [
      'a field of another name',
      (fields) => fields.map((one) => (one.name === 'prompt' ? { ...one, name: 'x' } : one)),
    ],
  ])('with %s is another request: 422 under the same key', async (what, change) => {
    const fields = recording('m', { prompt: 'p' });
    const headers = { 'idempotency-key': what };
    expect((await send(fields, { headers })).status).toBe(200);
    const reused = await send(change(fields), { headers });
    expect([reused.status, errorOf(reused).code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('that a stock SDK sends again joins, and one with another file does not', async () => {
    const stock = (retry: string) => ({
      'x-stainless-lang': 'js',
      'x-stainless-retry-count': retry,
    });
    const fields = recording('m', { prompt: 'again' });
    const first = await send(fields, { headers: stock('0') });
    const other = await send([{ ...fields[0]!, content: 'x' }, ...fields.slice(1)], {
      headers: stock('1'),
    });
    const again = await send(fields, { headers: stock('1'), boundary: 'drawn-anew' });
    expect(again.headers['x-request-id']).toBe(first.headers['x-request-id']);
    expect(again.headers['x-reqrun-joined']).toBe('sdk-retry');
    expect(other.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  });

  it('that is refused says what is wrong, and nothing is stored', async () => {
    const stored = async () =>
      (await cluster().pool.query('SELECT count(*)::int AS n FROM requests')).rows as unknown[];
    const before = await stored();
    const whole = formOf(recording('m'));
    const post = (body: Buffer | string, type: string, path = TRANSCRIPTIONS) =>
      cluster().clientFor(live).call('POST', path, body, { 'content-type': type });
    const type = 'multipart/form-data; boundary=xYzZY';
    const json = '{"model":"m","messages":[{"role":"user","content":"x"}]}';
    const refused: readonly (readonly [Answer, number, string, string | null])[] = [
      [await post(whole.body, 'multipart/form-data'), 400, 'invalid_multipart', 'content-type'],
      [await post(whole.body, `${type}x`), 400, 'invalid_multipart', null],
      [await post(whole.body.subarray(0, 200), type), 400, 'invalid_multipart', null],
      [await post('', type), 400, 'invalid_multipart', null],
      [await send([recording('m')[0]!]), 400, 'missing_required_parameter', 'model'],
      [await send([recording('m')[1]!]), 400, 'missing_required_parameter', 'file'],
      [
        await send(recording('m'), { path: '/v1/images/edits' }),
        400,
        'missing_required_parameter',
        'image',
      ],
      [await send(recording('m'.repeat(300))), 400, 'invalid_value', 'model'],
      [await send(recording('m', { retry: ' '.repeat(5_000) })), 400, 'invalid_value', 'retry'],
      [await send(recording('m', { stream: 'true' })), 400, 'unsupported_parameter', 'stream'],
      [await send([...recording('m'), { name: '', content: 'x' }]), 400, 'invalid_multipart', null],
      [
        await send(
          recording('m', Object.fromEntries(Array.from({ length: 256 }, (_, n) => [`f${n}`, '']))),
        ),
        400,
        'multipart_too_complex',
        null,
      ],
      [
        await send([...recording('m'), { name: 'x', content: '', fileName: 'n'.repeat(9_000) }]),
        400,
        'multipart_too_complex',
        null,
      ],
      [
        await send([{ ...recording('m')[0]!, content: Buffer.alloc(8 * MIB) }, recording('m')[1]!]),
        413,
        'body_too_large',
        null,
      ],
      [await post(json, 'application/json'), 415, 'unsupported_media_type', null],
      [await post(whole.body, type, '/v1/chat/completions'), 415, 'unsupported_media_type', null],
      [
        await post(whole.body, type, '/v1/requests/rr_1/cancel'),
        415,
        'unsupported_media_type',
        null,
      ],
    ];
    for (const [answer, status, code, param] of refused) {
      expect([answer.status, errorOf(answer)]).toEqual([
        status,
        expect.objectContaining({ code, param }) as object,
      ]);
    }
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['----WebKitFormBoundary7MA4YWxkTrZu0gW', 'boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW'],
    ['----=_Part_4_1.2', 'boundary="----=_Part_4_1.2"'],
    ["'()+_,-./:=?", `charset=utf-8; boundary="'()+_,-./:=?"`],
    ['b'.repeat(70), `BOUNDARY=${'b'.repeat(70)}`],
  ])('with the boundary %s is taken', async (boundary, parameters) => {
    const { body } = formOf(recording('m'), boundary);
    const type = `multipart/form-data; ${parameters}`;
    const answer = await cluster()
      .clientFor(live)
      .call('POST', TRANSCRIPTIONS, body, { 'content-type': type });
    expect([answer.status, provider.calls.at(-1)?.headers['content-type']]).toEqual([200, type]);
  });
});
