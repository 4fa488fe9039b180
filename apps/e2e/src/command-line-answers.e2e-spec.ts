import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RequestRecord } from '@reqrun/sdk';

import { CommandLine, type RunningCommand } from './harness/command-line.js';
import { AUDIO } from './harness/form.js';
import { useCluster } from './harness/transports.js';

const MESSAGES = [{ role: 'user', content: 'Hello.' }];
const body = (model: string, more: object = {}): string =>
  JSON.stringify({ model, messages: MESSAGES, ...more });
/** Speaks for about two seconds. */
const SLOW = 'sim/tokens:80:40';

/** Waits until a command has printed a number of pieces of text. */
function printed({ process }: RunningCommand, count: number): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    process.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (text.split(/\s/).length > count) {
        resolve();
      }
    });
  });
}

describe('answers on the command line', () => {
  const cluster = useCluster({ redis: false });
  let folder: string;
  let reqrun: CommandLine;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reqrun-answers-'));
    writeFileSync(
      join(folder, 'local.env'),
      [
        `REQRUN_BASE_URL=${cluster().baseUrl}`,
        `REQRUN_API_KEY=${cluster().project.keys.test}`,
        '',
      ].join('\n'),
    );
    writeFileSync(join(folder, 'speech.mp3'), AUDIO);
    reqrun = new CommandLine({ REQRUN_HOME: folder }, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const answerOf = async (id: string): Promise<string> =>
    (await reqrun.run(['requests', 'get', id, '--answer'])).stdout;
  const idIn = (text: string): string => /rr_[0-9a-f]{32}/.exec(text)?.[0] ?? '';

  it.each([
    ['chat', body('sim/429:retry-after-ms=10,tokens:8')],
    ['/v1/completions', JSON.stringify({ model: 'sim/tokens:8', prompt: 'Hello.' })],
    ['responses', JSON.stringify({ model: 'sim/tokens:8', input: 'Hello.' })],
  ])('of a stream at %s are printed as they come, and are what a wait prints', async (at, sent) => {
    const { code, stdout, stderr } = await reqrun.run(
      ['run', '-f', '-', '--stream', '--endpoint', at],
      sent,
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^rr_\w{32} completed after \d attempts? in /) as string,
    });
    expect(stdout.trim().length).toBeGreaterThan(8);
    expect(stdout).toBe(await answerOf(idIn(stderr)));
  });

  it('of a stream go on where they were although the API is killed meanwhile', async () => {
    const running = reqrun.start(['run', '-f', '-', '--stream'], body(SLOW));
    await printed(running, 5);
    await cluster().api.crash();
    await cluster().api.start();
    const { code, stdout, stderr } = await running.result;
    expect(code).toBe(0);
    expect(stdout).toBe(await answerOf(idIn(stderr)));
    expect(await cluster().simulator.calls(idIn(stderr))).toHaveLength(1);
  });

  it('of a stream that is left are read on from the frame that it names', async () => {
    const running = reqrun.start(['run', '-f', '-', '--stream'], body(SLOW));
    await printed(running, 5);
    running.process.kill('SIGINT');
    const left = await running.result;
    expect(left.code).toBe(130);
    const id = idIn(left.stderr);
    const [, frame = ''] = /--starting-after (\d+-\d+)/.exec(left.stderr) ?? [];
    const rest = await reqrun.run(['requests', 'stream', id, '--starting-after', frame]);
    expect(rest.code).toBe(0);
    const whole = await reqrun.run(['requests', 'stream', id]);
    expect(left.stdout.slice(0, -1) + rest.stdout).toBe(whole.stdout);
    const frames = await reqrun.run(['requests', 'stream', id, '--json']);
    const chunks = frames.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(chunks).toHaveLength(82);
    const over = await reqrun.run(['run', '-f', '-', '--stream', '--timeout', '1s'], body(SLOW));
    expect([over.code, over.stderr.includes('runs on')]).toEqual([124, true]);
    const silent = ['run', '-f', '-', '--stream', '--timeout', '1s', '--idempotency-key', 'silent'];
    const never = await reqrun.run(silent, body('sim/slow:60000,ok'));
    expect([never.code, never.stderr.includes('--idempotency-key silent')]).toEqual([124, true]);
    const { data } = await reqrun.json<{ data: { id: string }[] }>(
      ...['requests', 'list', '--idempotency-key', 'silent'],
    );
    await reqrun.run(['requests', 'cancel', data[0]?.id ?? '']);
  });

  it('that break off are no success, and the line says how to get the whole one', async () => {
    const cut = await reqrun.run(['run', '-f', '-', '--stream'], body('sim/cut:3,tokens:5'));
    expect(cut.code).toBe(1);
    expect(cut.stderr).toContain('not the whole answer');
    const id = idIn(cut.stderr);
    expect(cut.stderr).toContain(`reqrun requests watch ${id}`);
    expect((await reqrun.run(['requests', 'watch', id])).code).toBe(0);
    const failed = await reqrun.run(
      ['run', '-f', '-', '--stream'],
      body('sim/400:unsupported_value'),
    );
    expect([failed.code, failed.stdout]).toEqual([1, '']);
    expect(failed.stderr).toContain('unsupported_value');
  });

  it('of speech are bytes: in a file, through a pipe, and again later', async () => {
    const speech = JSON.stringify({ model: 'sim/ok', voice: 'alloy', input: 'Hello.' });
    const said = await reqrun.run(
      ['run', '-f', '-', '--endpoint', 'audio/speech', '--wait', '--output', 'hello.wav', '--json'],
      speech,
    );
    expect(said.code).toBe(0);
    const record = JSON.parse(said.stdout) as RequestRecord;
    const bytes = readFileSync(join(folder, 'hello.wav'));
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    const answer = await cluster().client.get(`/v1/audio/speech/${record.id}`);
    expect(bytes.equals(answer.body)).toBe(true);
    await reqrun.run(['requests', 'get', record.id, '-o', 'again.wav']);
    expect(readFileSync(join(folder, 'again.wav')).equals(bytes)).toBe(true);
    const piped = await reqrun.run(['requests', 'get', record.id, '--answer']);
    expect(piped.stdout).toBe(bytes.toString('utf8'));
    const nowhere = await reqrun.run(['requests', 'get', record.id, '-o', 'none/x.wav']);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('The answer is kept');
  });

  it('of an upload: the fields of a form are those of curl', async () => {
    const file = ['-F', 'file=@speech.mp3', '-F', 'model=sim/503:retry-after-ms=10,ok'];
    const args = ['run', '--endpoint', 'audio/transcriptions', ...file];
    const own = ['-F', 'retry={"count":1,"on_codes":[503]}'];
    const heard = await reqrun.run([...args, ...own, '-F', 'response_format=srt', '--wait']);
    expect(heard.stderr).toMatch(/completed after 2 attempts/);
    expect(heard.stdout).toContain(' --> ');
    const handle = await reqrun.json<{ object: string }>(...args);
    expect(handle.object).toBe('audio.transcription.async');
    writeFileSync(join(folder, '1.png'), 'png 1');
    writeFileSync(join(folder, '2.png'), 'png 2');
    const edited = await reqrun.json<RequestRecord>(
      ...['run', '--endpoint', 'images.edit', '-F', 'image=@1.png', '-F', 'image=@2.png'],
      ...['-F', 'prompt=a pixel', '-F', 'model=sim/ok', '-F', 'n=2', '--wait'],
    );
    expect((edited.result as { data: unknown[] }).data).toHaveLength(2);
  });

  it.each([
    [['run', '--endpoint', 'audio.speech'], 'Where is the body?'],
    [['run', '--endpoint', 'transcriptions', '-f', 'local.env'], 'takes a form'],
    [['run', '-F', 'model=x'], 'Where is the body?'],
    [['run', '-f', 'local.env', '-F', 'model=x'], '--form is for uploads'],
    [['run', '--endpoint', 'transcriptions', '-F', 'file'], 'name=value'],
    [['run', '--endpoint', 'transcriptions', '-F', 'file=@none.mp3'], 'no file none.mp3'],
    [['run', '--endpoint', 'nowhere', '-f', '-'], 'or a path'],
    [['run', '-f', '-', '--stream', '--endpoint', 'embeddings'], 'has no streams'],
    [['run', '-f', '-', '--output', 'x'], '--output is for --wait'],
  ])('are not asked for by %j', async (args, message) => {
    const { code, stderr } = await reqrun.run(args, body('sim/ok'));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
