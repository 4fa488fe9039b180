import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ReqRun } from '@reqrun/sdk';
import OpenAI from 'openai';

import { AUDIO } from '../harness/form.js';
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
    expect(next.previous_response_id).toBe(data.id);
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

describe('audio', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reqrun-sdk-audio-'));
    writeFileSync(join(folder, 'a "recording".mp3'), AUDIO);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('speech is the provider’s bytes, which a stock client gets too, now and by its request', async () => {
    const params = { model: 'sim/503:retry-after-ms=10,ok', voice: 'alloy', input: 'Hello.' };
    const { data, requestId, response } = await reqrun()
      .audio.speech.create({ ...params, wait: true, idempotency_key: 'said once' })
      .withResponse();
    expect(response.headers.get('x-reqrun-attempts')).toBe('2');
    expect(data.headers.get('content-type')).toBe('audio/wav');
    const bytes = Buffer.from(await data.arrayBuffer());
    const stock = new OpenAI({
      baseURL: `${cluster().baseUrl}/v1`,
      apiKey: cluster().project.keys.test,
    });
    const theirs = await stock.audio.speech.create(params, {
      headers: { 'idempotency-key': 'said once' },
    });
    expect(theirs.headers.get('x-request-id')).toBe(requestId);
    expect(bytes.equals(Buffer.from(await theirs.arrayBuffer()))).toBe(true);
    expect(bytes.length).toBeGreaterThan(100);
    const again = await reqrun().audio.speech.retrieve(requestId ?? '');
    expect('object' in again).toBe(false);
    expect(bytes.equals(Buffer.from(await (again as unknown as Response).arrayBuffer()))).toBe(
      true,
    );
  });

  it('speech that is not waited for gives a handle, and by its key the handle of the completed one', async () => {
    const params = { model: 'sim/ok', voice: 'alloy', input: 'Hello.', idempotency_key: 'spoken' };
    const handle = await reqrun().audio.speech.create(params);
    expect(handle).toMatchObject({ object: 'audio.speech.async', model: 'sim/ok' });
    await reqrun().requests.waitFor(handle.id);
    expect(await reqrun().audio.speech.create(params)).toMatchObject({
      ...{ id: handle.id, object: 'audio.speech.async', status: 'completed', model: 'sim/ok' },
    });
  });

  it.each<[string, () => Parameters<ReqRun['audio']['transcriptions']['create']>[0]['file']]>([
    ['a File', () => new File([AUDIO], 'a "recording".mp3')],
    ['bytes with a name', () => ({ name: 'a "recording".mp3', data: AUDIO })],
    ['a stream of a file', () => createReadStream(join(folder, 'a "recording".mp3'))],
    [
      'the body of a Response',
      () => ({ name: 'a "recording".mp3', data: new Blob([AUDIO]).stream() }),
    ],
  ])('%s is uploaded whole: each way is the same request', async (what, file) => {
    const idempotency_key = 'one recording';
    const { data, response } = await reqrun()
      .audio.transcriptions.create({
        ...{ file: file(), model: 'sim/503:retry-after-ms=10,ok', idempotency_key },
        ...{ retry: { count: 2, on_codes: [503] }, wait: true },
      })
      .withResponse();
    expect(data.text).toContain('simulator');
    expect([what, response.headers.get('idempotent-replayed')]).toEqual([
      what,
      what === 'a File' ? null : 'true',
    ]);
  });

  it('a transcript in text is a string, byte for byte, also by its request', async () => {
    const { data, requestId } = await reqrun()
      .audio.transcriptions.create({
        ...{ file: new File([AUDIO], 'a.mp3'), model: 'sim/ok', wait: true },
        response_format: 'vtt',
      })
      .withResponse();
    expect(data).toMatch(/^WEBVTT\n/);
    expect(await reqrun().audio.transcriptions.retrieve(requestId ?? '')).toBe(data);
  });

  it('a translation; and an upload whose answer is lost makes one provider call', async () => {
    let calls = 0;
    const breaking = new ReqRun({
      baseURL: cluster().baseUrl,
      apiKey: cluster().project.keys.test,
      fetch: async (...parameters) => {
        calls += 1;
        const answer = await fetch(...parameters);
        if (calls === 1) {
          await answer.body?.cancel();
          throw new TypeError('fetch failed');
        }
        return answer;
      },
    });
    const { data, requestId } = await breaking.audio.translations
      .create({ file: new File([AUDIO], 'a.mp3'), model: 'sim/ok', wait: true })
      .withResponse();
    expect(data.text).toContain('simulator');
    expect(calls).toBe(2);
    expect(await cluster().simulator.calls(requestId ?? '')).toHaveLength(1);
  });
});

describe('requests that are waited for later', () => {
  it('unwrap to the answer of their endpoint, or throw how they failed', async () => {
    const { requests, audio, chat } = reqrun();
    const messages = [{ role: 'user' as const, content: 'Hello.' }];
    const spoken = await audio.speech.create({ model: 'sim/ok', voice: 'alloy', input: 'Hello.' });
    const speech = await requests.waitFor(spoken.id).unwrap<Response>();
    expect(speech.headers.get('content-type')).toBe('audio/wav');
    expect((await speech.arrayBuffer()).byteLength).toBeGreaterThan(100);
    const form = { file: new File([AUDIO], 'a.mp3'), response_format: 'srt' as const };
    const heard = await audio.transcriptions.create({ ...form, model: 'sim/ok' });
    expect(await requests.waitFor(heard.id).unwrap<string>()).toContain(' --> ');
    const { id } = await chat.completions.create({ model: 'sim/400:unsupported_value', messages });
    await expect(requests.waitFor(id).unwrap()).rejects.toMatchObject({
      ...{ name: 'BadRequestError', code: 'unsupported_value', requestId: id },
    });
  });

  it('many are made, waited for and listed with their results; the same keys are the same requests', async () => {
    const { requests } = reqrun();
    const items = Array.from({ length: 25 }, (_, n) => ({
      model: n === 7 ? '' : 'sim/ok',
      messages: [{ role: 'user' as const, content: `Number ${n}.` }],
      idempotency_key: `many-${n}`,
    }));
    const made = await requests.createMany(items, { concurrency: 6 });
    expect(made.filter(({ error }) => error !== null)).toMatchObject([
      { index: 7, error: { name: 'BadRequestError', param: 'model' } },
    ]);
    const ids = made.flatMap(({ handle }) => (handle === null ? [] : [handle.id]));
    expect(new Set(ids).size).toBe(24);
    const ended = await requests.waitForAll(ids, { concurrency: 6 });
    expect(ended.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, 'completed']));
    const again = await requests.createMany(items);
    expect(again.flatMap(({ handle }) => (handle === null ? [] : [handle.id]))).toEqual(ids);
    const { data } = await requests.list({
      limit: 3,
      include: 'result',
      endpoint: '/v1/chat/completions',
      status: 'completed',
    });
    expect(data.map(({ result }) => (result as { object: string } | null)?.object)).toEqual(
      Array(3).fill('chat.completion'),
    );
  });
});

describe('images and moderations', () => {
  it('images are made', async () => {
    const { data } = await reqrun().images.generate({
      ...{ model: 'sim/500:retry-after-ms=10,ok', prompt: 'a pixel', n: 2, wait: true },
    });
    expect(data).toHaveLength(2);
    const handle = await reqrun().images.generate({ model: 'sim/ok', prompt: 'a pixel' });
    expect(handle.object).toBe('image.async');
  });

  it('several images are edited in one call', async () => {
    const image = [1, 2].map((n) => new File([`png ${n}`], `${n}.png`));
    const { data } = await reqrun().images.edit({
      ...{ model: 'sim/503:retry-after-ms=10,ok', prompt: 'a pixel', image, n: 2, wait: true },
      retry: { count: 1, on_codes: [503] },
    });
    expect(data).toHaveLength(2);
  });

  it('texts are moderated', async () => {
    const { results } = await reqrun().moderations.create({
      ...{ model: 'sim/ok', input: ['one', 'two'], wait: true },
    });
    expect(results).toHaveLength(2);
  });

  it('what fits into no form is refused before anything is sent', async () => {
    const create = reqrun().audio.transcriptions;
    await expect(
      // @ts-expect-error -- bytes have no name
      create.create({ file: AUDIO, model: 'sim/ok', wait: true }),
    ).rejects.toMatchObject({ name: 'ReqRunError' });
    await expect(
      create.create({ file: new File([], 'a.mp3'), model: 'sim/ok', wait: true }),
    ).rejects.toMatchObject({ name: 'BadRequestError', param: 'file' });
  });
});
