import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RequestPage } from '@reqrun/sdk';

import { CommandLine } from './harness/command-line.js';
import { eventually } from './harness/eventually.js';
import { useCluster } from './harness/transports.js';

interface Result {
  line: number;
  custom_id: string | null;
  idempotency_key: string;
  id: string | null;
  status: string;
  result: { choices: { message: { content: string } }[] } | null;
  error: { code: string } | null;
}

const LINES = 500;
/** Printed results after which the run is killed. */
const KILLED_AFTER = 150;
const chat = (model: string, text: string): object => ({
  model,
  messages: [{ role: 'user', content: text }],
});
const resultsIn = (text: string): Result[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Result);

describe('a batch on the command line', () => {
  const cluster = useCluster({ redis: false });
  let folder: string;
  let reqrun: CommandLine;
  const write = (name: string, lines: readonly object[]): void =>
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reqrun-batch-'));
    writeFileSync(
      join(folder, 'local.env'),
      `REQRUN_BASE_URL=${cluster().baseUrl}\nREQRUN_API_KEY=${cluster().project.keys.test}\n`,
    );
    reqrun = new CommandLine({ REQRUN_HOME: folder }, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Kills a run in the middle, and returns what it had printed. */
  const killed = async (args: readonly string[], after: number): Promise<string> => {
    const running = reqrun.start(args);
    let text = '';
    running.process.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (text.split('\n').length > after) {
        running.process.kill('SIGKILL');
      }
    });
    expect((await running.result).code).toBeNull();
    return text;
  };
  /** Ids of all requests of a batch, as ReqRun knows them. */
  const idsOf = async (name: string): Promise<string[]> => {
    const { data } = await reqrun.json<RequestPage>(
      ...['requests', 'list', '--idempotency-key-prefix', `batch:${name}:`, '--limit', '1000'],
    );
    return data.map(({ id }) => id);
  };
  /** Provider calls of requests, by their ids. */
  const callsOf = async (ids: readonly string[]): Promise<number[]> => {
    const calls = await Promise.all(ids.map((id) => cluster().simulator.calls(id)));
    return calls.map(({ length }) => length);
  };

  it(`of ${LINES} lines that is killed in the middle loses none and makes none twice`, async () => {
    const lines = Array.from({ length: LINES }, (_, n) => chat('sim/ok', `Number ${n}.`));
    // Equal lines are requests of their own.
    lines[7] = lines[6]!;
    write('tickets.jsonl', lines);
    const args = ['batch', 'run', 'tickets.jsonl'];
    const first = await killed(args, KILLED_AFTER);
    const second = await reqrun.run([...args, '--concurrency', '30']);
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`${LINES} lines: ${LINES} completed`) as string,
    });
    const results = resultsIn(second.stdout);
    expect(results.map(({ line }) => line).sort((a, b) => a - b)).toEqual(
      Array.from({ length: LINES }, (_, n) => n + 1),
    );
    const ids = results.map(({ id }) => id ?? '');
    expect(new Set(ids).size).toBe(LINES);
    expect((await idsOf('tickets.jsonl')).sort()).toEqual([...ids].sort());
    expect(await callsOf(ids)).toEqual(Array(LINES).fill(1));
    // What the first run had printed is what the second one printed for the same lines.
    const before = resultsIn(first.slice(0, first.lastIndexOf('\n') + 1));
    expect(before.length).toBeGreaterThanOrEqual(KILLED_AFTER);
    for (const result of before) {
      expect(results).toContainEqual(result);
    }
  });

  it('goes on with the file of its results, without asking for what is in it', async () => {
    const lines = Array.from({ length: 60 }, (_, n) => chat('sim/ok', `Ticket ${n}.`));
    write('more.jsonl', lines.slice(0, 40));
    const args = ['batch', 'run', 'more.jsonl', '-o', 'results.jsonl'];
    expect((await reqrun.run(args)).code).toBe(0);
    const known = read('results.jsonl');
    // A kill has cut the last line, and lines have come at the beginning.
    writeFileSync(join(folder, 'results.jsonl'), known.slice(0, -20));
    write('more.jsonl', lines.slice(40).concat(lines.slice(0, 40)));
    expect((await reqrun.run(args)).code).toBe(0);
    const results = resultsIn(read('results.jsonl'));
    expect(results).toHaveLength(60);
    expect(new Set(results.map(({ id }) => id)).size).toBe(60);
    expect(
      read('results.jsonl').startsWith(known.slice(0, known.lastIndexOf('\n', known.length - 2))),
    ).toBe(true);
    expect(await callsOf(await idsOf('more.jsonl'))).toEqual(Array(60).fill(1));
    // With all of them there, nothing is called: not even the server is needed.
    const away = reqrun.with({ REQRUN_BASE_URL: 'http://127.0.0.1:1' });
    expect((await away.run(args)).code).toBe(0);
    appendFileSync(join(folder, 'results.jsonl'), 'something else\n');
    expect((await reqrun.run(args)).code).toBe(2);
  });

  it('takes lines of OpenAI’s Batch API, and tells what became of each', async () => {
    write('mixed.jsonl', [
      { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: chat('sim/ok', 'a') },
      { custom_id: 'b', url: '/v1/embeddings', body: { model: 'sim/ok', input: 'b' } },
      { custom_id: 'c', body: chat('sim/400:unsupported_value', 'c') },
      { custom_id: 'd', body: { ...chat('', 'd') } },
      { custom_id: 'e', body: { ...chat('sim/ok', 'e'), idempotency_key: 'my-own' } },
    ]);
    const { code, stdout, stderr } = await reqrun.run(['batch', 'run', 'mixed.jsonl']);
    expect(code).toBe(1);
    expect(stderr).toContain('5 lines: 3 completed, 1 failed, 1 refused.');
    const byName = new Map(resultsIn(stdout).map((result) => [result.custom_id, result]));
    expect(byName.get('a')?.result?.choices[0]?.message.content).toContain('simulator');
    expect(byName.get('b')).toMatchObject({ line: 2, result: { object: 'list' } });
    expect(byName.get('c')).toMatchObject({
      status: 'failed',
      error: { code: 'unsupported_value' },
    });
    expect(byName.get('d')).toMatchObject({ id: null, status: 'refused' });
    expect(byName.get('e')?.idempotency_key).toBe('my-own');
    const other = await reqrun.run(['batch', 'run', 'mixed.jsonl', '--name', 'other']);
    const again = resultsIn(other.stdout).find(({ custom_id }) => custom_id === 'a');
    expect(again?.id).not.toBe(byName.get('a')?.id);
  });

  it.each([
    ['{"model": "sim/ok"}\nnot json\n', 'Line 2 is not valid JSON.'],
    ['[]\n', 'Line 1 must hold a JSON object.'],
    ['\n{"body": 7}\n', 'Line 2: body must be a JSON object.'],
    ['{"url": "/v1/files", "body": {}}\n', 'Line 1: url names no endpoint'],
    ['{"url": "/v1/audio/speech", "body": {}}\n', 'has no place in a batch'],
  ])('that is wrong is refused before anything is sent: %j', async (text, message) => {
    const { code, stdout, stderr } = await reqrun.run(
      ['batch', 'run', '-', '--name', 'wrong'],
      text,
    );
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    expect(await idsOf('wrong')).toEqual([]);
  });

  it('ends when its key is wrong or nobody is there, and says how to go on', async () => {
    write('few.jsonl', [chat('sim/ok', '1'), chat('sim/ok', '2')]);
    const args = ['batch', 'run', 'few.jsonl'];
    const wrong = await reqrun.with({ REQRUN_API_KEY: 'reqrun_live_wrong' }).run(args);
    expect([wrong.code, wrong.stdout]).toEqual([4, '']);
    expect(wrong.stderr).toContain('0 of 2 lines are done');
    write('slow.jsonl', [chat('sim/slow:60000', '1')]);
    const running = reqrun.start(['batch', 'run', 'slow.jsonl']);
    await eventually(
      () => idsOf('slow.jsonl'),
      (ids) => ids.length === 1,
    );
    running.process.kill('SIGINT');
    const stopped = await running.result;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('give the same command again');
    for (const id of await idsOf('slow.jsonl')) {
      await cluster().client.cancel(id);
    }
  });
});
