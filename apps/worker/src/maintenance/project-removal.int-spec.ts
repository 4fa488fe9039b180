import { randomUUID } from 'node:crypto';

import { createLogger } from '@reqrun/platform/logging';
import { createRegistry } from '@reqrun/platform/metrics';
import { ProjectStore } from '@reqrun/projects';
import { countAndLog, RequestEvents } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { WorkerMetrics } from '../metrics.js';
import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import { startTestWorker, type TestWorker } from '../testing/test-worker.js';
import { PeriodicTask } from '../periodic-task.js';
import { projectRemovalTask } from './project-removal.task.js';

let f: RequestsFixture;
let provider: TestProvider;
let worker: TestWorker;
let remover: PeriodicTask | null;

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [f.projectId, provider.baseUrl],
  );
  worker = await startTestWorker(f, f.process('worker'));
  remover = null;
});
afterEach(async () => {
  await remover?.stop();
  await worker.stop(0);
  await provider.close();
  await f.close();
});

function startRemover(forgottenAfterMs: number): void {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const { finished } = new WorkerMetrics(createRegistry('remover', f.pool));
  const events = new RequestEvents(worker.signals, countAndLog(finished, logger));
  const job = projectRemovalTask({ pool: f.pool, events, logger }, 5, forgottenAfterMs);
  remover = new PeriodicTask(job, logger);
  remover.start();
}

/** Waits for a condition. Each check is a round trip; the wait ends after a number of checks. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 20_000; looks += 1) {
    if (await holds()) {
      return;
    }
  }
  throw new Error('it did not come to be');
}

it('a deleted project: what is open ends visibly, the provider call is aborted, and its worker lives', async () => {
  const running = await f.accept();
  const visit = await provider.visit(0);
  const waiting = randomUUID();
  await f.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
       deadline_at, created_at, updated_at)
     SELECT $2, project_id, api_key_id, mode, endpoint, 'queued', model, requested_model, retry_count,
       retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, now() + interval '1 hour',
       deadline_at, now(), now() FROM requests WHERE id = $1`,
    [running, waiting],
  );
  await new ProjectStore(f.pool).delete(f.projectId);
  startRemover(3_600_000);
  await visit.abandoned;
  await until(async () => (await f.row(waiting)).status === 'canceled');
  expect(await f.row(running)).toMatchObject({ status: 'canceled', error_code: 'canceled' });
  visit.answer(200, COMPLETION);

  const other = await f.addProject(randomUUID());
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [other, provider.baseUrl],
  );
  const next = await f.accept({ projectId: other });
  (await provider.visit(1)).answer(200, COMPLETION);
  await until(async () => (await f.row(next)).status === 'completed');
});

it('a deleted project: its rows go when no process remembers it, its neighbours’ stay, and an answer that comes later changes nothing', async () => {
  const other = await f.addProject(randomUUID());
  const kept = await f.accept({ projectId: other });
  await f.accept();
  const visit = await provider.visit(0);
  await new ProjectStore(f.pool).delete(f.projectId);
  startRemover(-1);
  await until(async () => (await f.sql('SELECT id FROM projects')).length === 1);
  visit.answer(200, COMPLETION);
  await worker.loop.stop();
  await worker.runner.drain(60_000);
  for (const table of ['requests', 'payloads'] as const) {
    expect(await f.count(table)).toBe(1);
  }
  expect((await f.row(kept)).project_id).toBe(other);
  expect(await f.sql(`SELECT FROM attempts WHERE request_id <> $1`, [kept])).toEqual([]);
  expect(await f.sql(`SELECT FROM results WHERE request_id <> $1`, [kept])).toEqual([]);
});
