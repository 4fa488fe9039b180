import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { newRequest } from '../rows/operations.js';
import { openSide, type Side } from '../rows/side.js';

/** Channel on which workers listen for new requests. */
const DUE = 'reqrun_due';

/** A database, workers in processes of their own, and the simulator as the provider of all live requests. */
export interface Stage extends Side {
  /**
   * Accepts a request, and notifies the workers.
   *
   * @param model the model, with its script
   * @param tenant its project and API key; those of the first project by default
   * @returns its UUID
   */
  submit(model: string, tenant?: StageProject): Promise<string>;
  /** Adds a project whose live requests go to the simulator. */
  addProject(): Promise<StageProject>;
  /** Runs a query. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A project of a stage. */
export interface StageProject {
  readonly projectId: string;
  readonly apiKeyId: string;
}

/** Configuration of a stage. */
export interface StageOptions {
  readonly workers: number;
  /** Whether lanes are paced and opened. Without, a trigger keeps their table empty, so nothing is learned. */
  readonly hasLanes: boolean;
  /** Requests that one worker runs at once. */
  readonly concurrency?: number;
}

/**
 * Opens a stage.
 *
 * @param options its configuration
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  const masterKey = randomBytes(32);
  const side = await openSide(masterKey, DUE);
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.splice(0).map(ended));
    await side.stop();
  };
  try {
    if (!options.hasLanes) {
      await side.pool.query(KEEP_EMPTY);
    }
    const simulator = start('simulator', ['--port', '0'], {});
    children.push(simulator);
    const { port } = (await lineOf(simulator, 'listening')) as { port: number };
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const addProvider = (projectId: string): Promise<unknown> =>
      side.pool.query(
        `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
        [projectId, baseUrl],
      );
    await addProvider(side.tenant.projectId);
    const workers = Array.from({ length: options.workers }, () =>
      start('worker', [], {
        DATABASE_URL: side.databaseUrl,
        REQRUN_MASTER_KEY: masterKey.toString('hex'),
        REQRUN_WORKER_PORT: '0',
        REQRUN_ALLOW_INSECURE_PROVIDERS: 'true',
        REQRUN_WORKER_CONCURRENCY: String(options.concurrency ?? 64),
      }),
    );
    children.push(...workers);
    await Promise.all(workers.map((worker) => lineOf(worker, 'ready')));
    // Notifications of one moment are sent as one, as by an API.
    let sending: Promise<unknown> | null = null;
    let next: Promise<unknown> | null = null;
    const send = (): Promise<unknown> => {
      next = null;
      sending = side.pool.query(`SELECT pg_notify($1, '')`, [DUE]).finally(() => (sending = null));
      return sending;
    };
    const notify = (): Promise<unknown> => {
      if (sending === null) {
        return send();
      }
      next ??= sending.then(send);
      return next;
    };
    return {
      ...side,
      stop,
      async submit(model, tenant) {
        const request = { ...newRequest(side, model), ...tenant };
        const acceptance = await side.acceptor.accept(request);
        if (!('notified' in acceptance) || acceptance.notified !== true) {
          await notify();
        }
        return request.id;
      },
      async addProject() {
        const projectId = randomUUID();
        await side.pool.query(
          `INSERT INTO projects (id, name, retry_on_codes) VALUES ($1, 'another', '{429}')`,
          [projectId],
        );
        await addProvider(projectId);
        return { projectId, apiKeyId: projectId };
      },
      async rows<Row extends object>(text: string, values: readonly unknown[] = []) {
        return (await side.pool.query(text, [...values])).rows as Row[];
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Submits requests at a fixed rate, whatever becomes of them.
 *
 * @param stage the stage
 * @param perSecond requests per second
 * @param seconds how long
 * @param submit submits the request of this number, from 0
 */
export async function submitAtRate(
  perSecond: number,
  seconds: number,
  submit: (number: number) => Promise<unknown>,
): Promise<void> {
  const begun = performance.now();
  const underWay: Promise<unknown>[] = [];
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const dueIn = begun + (number * 1_000) / perSecond - performance.now();
    if (dueIn > 1) {
      await delay(dueIn);
    }
    underWay.push(submit(number));
  }
  await Promise.all(underWay);
}

/**
 * Resolves when no request is open, or the time is over.
 *
 * @param stage the stage
 * @param limitMs the longest wait, in ms
 */
export async function untilDrained(stage: Stage, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const [row] = await stage.rows<{ open: number }>(
      `SELECT count(*)::int AS open FROM requests WHERE status IN ('queued', 'retrying', 'processing')`,
    );
    if (row?.open === 0) {
      return;
    }
    await delay(100);
  }
}

const KEEP_EMPTY = `
CREATE FUNCTION keep_empty() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep_empty BEFORE INSERT ON lanes FOR EACH ROW EXECUTE FUNCTION keep_empty()`;

function start(
  app: 'simulator' | 'worker',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const script = fileURLToPath(new URL(`../../../apps/${app}/dist/main.js`, import.meta.url));
  return spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The first log line of this event. The rest of the output is read and dropped. */
function lineOf(child: ChildProcess, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) {
      throw new Error('the process has no output');
    }
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (line.includes(`"event":"${event}"`)) {
        resolve(JSON.parse(line));
      }
    });
    child.once('exit', () => reject(new Error('a process of the benchmark did not start')));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
}
