import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureHome, type Home, homeAt } from './home.js';
import type { Program } from './program.js';
import { type Stage, Supervisor } from './supervisor.js';
import type { Terminal } from './terminal.js';

/** Says that it is ready, and what ends it; takes a moment to end. */
const WELL = `
const say = (event) => process.stdout.write(JSON.stringify({ level: 'info', event }) + '\\n');
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 20));
process.on('disconnect', () => process.exit(0));
say('ready');
`;
const DEAF = `process.on('SIGTERM', () => undefined);${WELL.replace("process.on('SIGTERM'", "process.on('SIGUSR2'")}`;
/** Serves HTTP, and hangs in its event loop once it is told to, deaf to SIGTERM. */
const SERVING = `
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  response.end();
  if (request.url === '/hang') for (;;);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  say({ event: 'listening', url: 'http://127.0.0.1:' + port });
  say({ event: 'ready' });
});
const say = (line) => process.stdout.write(JSON.stringify({ level: 'info', ...line }) + '\\n');
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
`;
/** The same, silent: its starter is told over the channel. */
const SILENT = SERVING.replace(
  /say\(\{ event: 'listening', url: (.*) \}\);\n.*/,
  'process.send({ url: $1 });',
);
const HOPELESS = `
process.stdout.write(JSON.stringify({ level: 'fatal', event: 'start.failed', error_message: 'REQRUN_X is wrong' }) + '\\n');
process.exitCode = 78;
process.disconnect();
`;
const CRASHING = `throw new RangeError('too far');`;

describe('the supervisor', () => {
  let folder: string;
  let home: Home;
  let supervisor: Supervisor;
  let screen: Screen;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reqrun-supervisor-'));
    home = homeAt(folder);
    await ensureHome(home);
    screen = new Screen();
    supervisor = new Supervisor(home, screen);
  });
  afterEach(async () => {
    await supervisor.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const program = async (name: string, code: string, stopTimeoutMs = 10_000): Promise<Program> => {
    const script = join(folder, `${name}.mjs`);
    await writeFile(script, code);
    return {
      name,
      script,
      arguments: () => [],
      env: process.env,
      readiness: { kind: 'event', event: 'ready' },
      readyTimeoutMs: 20_000,
      stopTimeoutMs,
    };
  };
  const start = async (stage: Stage, name: string, code: string, stopTimeoutMs?: number) =>
    await supervisor.start(stage, await program(name, code, stopTimeoutMs));
  const running = async (): Promise<{ name: string; pid: number }[]> =>
    JSON.parse(await readFile(home.processes, 'utf8')) as { name: string; pid: number }[];

  it('starts a process that was killed again, and says both', async () => {
    await start('workers', 'worker', WELL);
    await screen.until(async () => (await running().catch(() => [])).length === 1);
    const [before] = await running();

    process.kill(before!.pid, 'SIGKILL');
    await screen.until(() => screen.has('worker runs again'));

    expect(screen.lines).toEqual([
      'worker was ended by SIGKILL; it is started again in 0.25 s.',
      expect.stringMatching(/^worker runs again \(pid \d+\)\.$/),
    ]);
  });

  it('starts a program anew when asked, at once and without a word of a death', async () => {
    await start('workers', 'worker', WELL);
    await start('workers', 'worker-2', WELL);
    await start('api', 'api', WELL);
    await screen.until(async () => (await running().catch(() => [])).length === 3);
    const before = await running();

    supervisor.restart('worker');
    await screen.until(() => screen.lines.length === 2);

    expect([...screen.lines].sort()).toEqual([
      expect.stringMatching(/^worker runs again \(pid \d+\)\.$/),
      expect.stringMatching(/^worker-2 runs again \(pid \d+\)\.$/),
    ]);
    await screen.until(async () =>
      (await running()).every(({ name, pid }) =>
        before.some((one) => one.name === name && (one.pid === pid) === (name === 'api')),
      ),
    );
  });

  it('starts a program that waits after a crash at once when asked', async () => {
    const fragile = join(folder, 'worker.mjs');
    await start('workers', 'worker', WELL);
    await screen.until(async () => (await running().catch(() => [])).length === 1);
    await writeFile(fragile, CRASHING);
    // Deaths in a row, until the next start is far enough away to be sure of who makes it.
    const [{ pid }] = (await running()) as [{ pid: number }];
    process.kill(pid, 'SIGKILL');
    await screen.until(() => screen.has('started again in 4 s'));
    await writeFile(fragile, WELL);

    supervisor.restart('worker');
    await screen.until(() => screen.has('worker runs again'));

    expect(screen.has('started again in 8 s')).toBe(false);
  });

  const startWatched = async (timeoutMs: number): Promise<void> => {
    const watched: Program = {
      ...(await program('api', SERVING, 100)),
      liveness: { place: { path: '/health/live' }, timeoutMs },
    };
    await supervisor.start('api', watched);
    await screen.until(async () => (await running().catch(() => [])).length === 1);
  };
  const origin = async (): Promise<string> => {
    const lines = (await readFile(join(home.logs, 'api.log'), 'utf8')).trim().split('\n');
    const listening = lines.findLast((line) => line.includes('"listening"')) ?? '{}';
    return (JSON.parse(listening) as { url: string }).url;
  };

  it('replaces a process that is stopped by a signal and answers nobody', async () => {
    await startWatched(600);
    const [before] = await running();

    process.kill(before!.pid, 'SIGSTOP');
    await screen.until(() => screen.has('api runs again'));

    expect(screen.lines).toEqual([
      'api has not answered for 0.6 s and is ended.',
      'api was ended by SIGKILL; it is started again in 0.25 s.',
      expect.stringMatching(/^api runs again \(pid \d+\)\.$/),
    ]);
    expect(isAlive(before!.pid)).toBe(false);
  });

  it('replaces a process whose event loop hangs, as often as it does', async () => {
    await startWatched(600);
    for (const times of [1, 2]) {
      const [before] = await running();
      await fetch(`${await origin()}/hang`);
      await screen.until(
        () => screen.lines.filter((line) => line.startsWith('api runs again')).length === times,
      );
      await screen.until(async () => (await running()).some(({ pid }) => pid !== before!.pid));
      expect(isAlive(before!.pid)).toBe(false);
    }
  });

  it('takes its word over the channel from a process that logs nothing, and watches it', async () => {
    const silent: Program = {
      ...(await program('worker', SILENT, 100)),
      readiness: { kind: 'message' },
      liveness: { place: { path: '/health/live' }, timeoutMs: 600 },
    };
    await supervisor.start('workers', silent);
    await screen.until(async () => (await running().catch(() => [])).length === 1);
    const [before] = await running();

    process.kill(before!.pid, 'SIGSTOP');
    await screen.until(() => screen.has('worker runs again'));

    expect(isAlive(before!.pid)).toBe(false);
    expect(await readFile(join(home.logs, 'worker.log'), 'utf8')).toBe('');
  });

  it('stops in order, the database last, and leaves no process behind', async () => {
    await start('database', 'database', WELL);
    await start('workers', 'worker', WELL);
    await start('api', 'api', WELL);
    await screen.until(async () => (await running().catch(() => [])).length === 3);
    const pids = (await running()).map(({ pid }) => pid);
    expect((await running()).map(({ name }) => name)).toEqual(['api', 'worker', 'database']);

    await supervisor.stop();

    expect(screen.lines).toEqual([
      'The API finishes what clients wait for …',
      'The workers finish their calls …',
      'The database goes last …',
    ]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await running()).toEqual([]);
  });

  it('kills a process that does not end in its time', async () => {
    await start('workers', 'worker', DEAF, 100);

    await supervisor.stop();

    expect(screen.lines).toContain('worker did not end in time and is killed.');
  });

  it('gives up at once on a process that is set up wrongly, in its own words', async () => {
    await expect(start('api', 'api', HOPELESS)).rejects.toThrow(
      "api can't run: start failed (REQRUN_X is wrong)",
    );
    await expect(supervisor.givenUp).rejects.toThrow('REQRUN_X is wrong');
  });

  it('gives up on a process that crashes three times before it was ready', async () => {
    await expect(start('api', 'api', CRASHING)).rejects.toThrow(
      'api ended with code 1 3 times before it was ready: RangeError: too far',
    );
  });

  it('lets go of a start that is stopped in the middle', async () => {
    const started = start('api', 'api', 'setInterval(() => undefined, 1000);');
    await screen.until(async () => (await running().catch(() => [])).length === 1);

    await Promise.all([supervisor.stop(), expect(started).rejects.toThrow('was stopped')]);

    expect(supervisor.isRunning).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Keeps what was said. */
class Screen implements Terminal {
  readonly lines: string[] = [];
  say(text: string): void {
    this.lines.push(text);
  }
  warn(text: string): void {
    this.lines.push(text);
  }
  fail(text: string): void {
    this.lines.push(text);
  }
  show(lines: readonly string[]): void {
    this.lines.push(...lines);
  }
  bold(text: string): string {
    return text;
  }
  dim(text: string): string {
    return text;
  }
  has(text: string): boolean {
    return this.lines.some((line) => line.includes(text));
  }
  /** Looks until it is so; Jest's own time limit ends a wait in vain. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
