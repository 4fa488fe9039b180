import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { openCall } from './testing/raw-call.js';

const project = join(import.meta.dirname, '..');
const started = new Set<ChildProcess>();

beforeAll(() => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b', project]);
}, 120_000);
afterEach(() => {
  for (const child of started) {
    child.kill('SIGKILL');
  }
  started.clear();
});

function start(args: readonly string[], ipc = false): ChildProcess {
  const child = spawn(process.execPath, [join(project, 'dist/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
  });
  started.add(child);
  return child;
}

async function listening(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    expect(event).toBe('listening');
    return port;
  }
  throw new Error('The program ended before it listened.');
}

const body = { model: 'sim/hang', messages: [{ role: 'user', content: 'the-secret-prompt' }] };

/** Opens a call that hangs and waits until the simulator has it. */
async function hangingCall(port: number): Promise<ReturnType<typeof openCall>> {
  const open = openCall(port, body, { 'idempotency-key': 'rr_main-1' });
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/calls`);
    if (((await response.json()) as { total: number }).total === 1) {
      return open;
    }
  }
}

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says which free port it took, and on %s drops the calls that hang and exits with 0',
    async (signal) => {
      const child = start(['--port', '0']);
      const open = await hangingCall(await listening(child));
      const exit = once(child, 'exit');
      child.kill(signal);
      expect(await exit).toEqual([0, null]);
      expect(await open.ended).toMatchObject({ status: undefined, complete: false });
    },
  );

  it('leaves with the program that started it', async () => {
    const child = start([], true);
    await hangingCall(await listening(child));
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('does not stay behind when that program went away at once', async () => {
    const child = start([], true);
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('has written down a call before its answer, even if it is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const file = join(folder, 'calls.jsonl');
    const child = start(['--log-calls', file]);
    await hangingCall(await listening(child));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const text = await readFile(file, 'utf8');
    await rm(folder, { recursive: true });
    expect(text).not.toContain('the-secret-prompt');
    expect(JSON.parse(text)).toMatchObject({
      request_id: 'rr_main',
      key_number: 1,
      step: 'hang',
      model: 'sim/hang',
    });
  });

  it.each([['--port', 'many'], ['--port', '70000'], ['--unknown'], ['--log-calls', '/']])(
    'does not start with %s %s, and says how it is used',
    async (...args) => {
      const child = start(args);
      const complaint: string[] = [];
      child.stderr!.setEncoding('utf8').on('data', (piece: string) => complaint.push(piece));
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(complaint.join('')).toContain('Usage:');
    },
  );

  it('does not start on a port that is taken', async () => {
    const port = await listening(start([]));
    expect(await once(start(['--port', String(port)]), 'exit')).toEqual([1, null]);
  });
});
