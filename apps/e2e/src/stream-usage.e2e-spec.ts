import { chatBody, errorOf } from './harness/client.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { useCluster } from './harness/transports.js';

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const event = (more: object): string => `data: ${JSON.stringify({ ...CHUNK, ...more })}\n\n`;
const ANSWER =
  event({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello.' } }] }) +
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
  event({ choices: [], usage: USAGE }) +
  'data: [DONE]\n\n';

describe('the usage of a stream', () => {
  const cluster = useCluster({ redis: false });
  let provider: RecordingProvider;
  beforeAll(async () => {
    provider = await startRecordingProvider();
    provider.answer = { headers: { 'content-type': 'text/event-stream' }, body: ANSWER };
  });
  afterAll(async () => {
    await provider.close();
  });

  const read = async (key: string, more: object = {}): Promise<[OpenStream, object]> => {
    const stream = await openStream(cluster().baseUrl, key, {
      path: '/v1/chat/completions',
      body: chatBody('m', { stream: true, ...more }),
    });
    expect(await stream.ended).toBe('clean');
    return [stream, JSON.parse(provider.calls.at(-1)!.body.toString()) as object];
  };

  /** The live key of a project whose provider has this setting. */
  async function keyFor(setting?: string): Promise<string> {
    const owner = await cluster().owner();
    const project = await cluster().projects.add();
    const path = `/admin/projects/${project.id}/providers`;
    const one = { name: 'one', base_url: provider.baseUrl, api_key: 'sk-0123456789' };
    expect(
      await owner.expect<object>(201, 'POST', path, { ...one, stream_usage: setting }),
    ).toMatchObject({ stream_usage: setting ?? 'auto' });
    const refused = await owner.call('PATCH', `${path}/one`, { stream_usage: 'sometimes' });
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'stream_usage']);
    return project.keys.live;
  }

  it.each([undefined, 'never'])(
    'is not asked for by us, with the setting %s, at a provider that may answer it with an error',
    async (setting) => {
      const key = await keyFor(setting);
      const [, sent] = await read(key);
      expect(sent).not.toHaveProperty('stream_options');
      const [asking, passedOn] = await read(key, { stream_options: { include_usage: true } });
      expect(passedOn).toMatchObject({ stream_options: { include_usage: true } });
      expect(asking.text).toContain('"total_tokens":3');
    },
  );

  it('is asked for where the provider says so, kept in the record, and shown to whom asked for it alone', async () => {
    const key = await keyFor('always');
    const [stream, sent] = await read(key);
    expect(sent).toMatchObject({ stream_options: { include_usage: true } });
    expect(stream.text).not.toContain('total_tokens');
    expect(
      await cluster().clientFor(key).record(String(stream.headers['x-request-id'])),
    ).toMatchObject({ usage: USAGE, result: { usage: USAGE } });
    const [asking] = await read(key, { stream_options: { include_usage: true } });
    expect(asking.text).toContain('"total_tokens":3');
  });
});
