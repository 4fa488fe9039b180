import { randomUUID } from 'node:crypto';

import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from './testing/test-provider.js';
import { startTestWorker, type TestWorker } from './testing/test-worker.js';

const MIB = 1024 * 1024;

let f: RequestsFixture;
let provider: TestProvider;
let worker: TestWorker | null = null;

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [f.projectId, provider.baseUrl],
  );
});
afterEach(async () => {
  await worker?.stop(0);
  await provider.close();
  await f.close();
});

async function ended(id: string): Promise<Awaited<ReturnType<RequestsFixture['row']>>> {
  for (;;) {
    const row = await f.row(id);
    if (['completed', 'failed', 'canceled'].includes(row.status)) {
      return row;
    }
  }
}

const largeBody = (): Buffer =>
  Buffer.from(JSON.stringify({ model: 'm', messages: [randomUUID().repeat((3 * MIB) / 36)] }));

describe('a worker with large bodies', () => {
  it('calls for each once, and holds none of them while the provider thinks', async () => {
    const bodies = Array.from({ length: 6 }, largeBody);
    const ids: string[] = [];
    for (const body of bodies) {
      ids.push(await f.accept({ body }));
    }
    // Room for one at a time: all calls can only be under way together if none holds its body.
    worker = await startTestWorker(f, f.process('worker'), { largeBytes: 4 * MIB });
    await provider.visit(5);
    expect(worker.runner.count).toBe(6);
    expect(worker.bodyBudget.freeBytes).toBe(4 * MIB);
    provider.visits.forEach((visit) => visit.answer(200, COMPLETION));
    for (const id of ids) {
      expect(await ended(id)).toMatchObject({ status: 'completed', attempts: 1 });
    }
    expect(new Set(provider.visits.map(({ body }) => body))).toEqual(new Set(bodies.map(String)));
    expect(provider.visits).toHaveLength(6);
  });

  it('runs small ones past large ones that wait, and one that is canceled gives up its place', async () => {
    worker = await startTestWorker(f, f.process('worker'), { largeBytes: 4 * MIB });
    const occupied = await worker.bodyBudget.take(4 * MIB);
    const large = await f.accept({ body: largeBody() });
    while (worker.bodyBudget.waitingCount === 0) {
      await f.row(large);
    }
    const small = await f.accept();
    (await provider.visit(0)).answer(200, COMPLETION);
    expect(await ended(small)).toMatchObject({ status: 'completed' });
    await f.change(large, `status = 'canceled', fence = fence + 1, lease_owner = NULL`);
    while (worker.bodyBudget.waitingCount > 0) {
      await f.row(large);
    }
    occupied?.release();
    expect(worker.bodyBudget.freeBytes).toBe(4 * MIB);
    expect(provider.visits).toHaveLength(1);
  });

  it('that are longer than a text of Node.js can be: one ends as payload_unreadable, the others go on', async () => {
    const id = await f.accept();
    // A body that was accepted when the length of bodies was not limited.
    // It takes a busy machine longer than statements of the product may.
    await f.sql(`BEGIN; SET LOCAL statement_timeout = 0;
      UPDATE payloads SET ciphertext = convert_to(repeat('x', 283115520), 'UTF8') WHERE request_id = '${id}';
      COMMIT`);
    const other = await f.accept();
    worker = await startTestWorker(f, f.process('worker'));
    (await provider.visit(0)).answer(200, COMPLETION);
    expect(await ended(other)).toMatchObject({ status: 'completed' });
    expect(await ended(id)).toMatchObject({ status: 'failed', error_code: 'payload_unreadable' });
  });

  it('and a large answer commits it, gives its memory back, and does not call again', async () => {
    worker = await startTestWorker(f, f.process('worker'), { largeBytes: 8 * MIB });
    const ids = await Promise.all([f.accept(), f.accept(), f.accept()]);
    await provider.visit(2);
    const message = { role: 'assistant', content: 'x'.repeat(5 * MIB) };
    provider.visits.forEach((visit) =>
      visit.answer(200, { ...COMPLETION, choices: [{ message }] }),
    );
    for (const id of ids) {
      expect(await ended(id)).toMatchObject({ status: 'completed', attempts: 1 });
    }
    while (worker.runner.count > 0) {
      await f.count('requests');
    }
    expect(worker.answerBudget.freeBytes).toBe(8 * MIB);
    expect(provider.visits).toHaveLength(3);
  });

  it('leaves memory for the answers of others while those of one project do not come to an end', async () => {
    const other = await f.addProject(randomUUID());
    await f.sql(
      `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
      [other, provider.baseUrl],
    );
    worker = await startTestWorker(f, f.process('worker'), { largeBytes: 12 * MIB });
    await Promise.all(Array.from({ length: 4 }, () => f.accept()));
    await provider.visit(3);
    provider.visits.forEach((visit) => visit.promise(4 * MIB, '{'));
    while (worker.answerBudget.waitingCount === 0) {
      await f.count('requests');
    }
    const id = await f.accept({ projectId: other });
    const message = { role: 'assistant', content: 'x'.repeat(2 * MIB) };
    const text = JSON.stringify({ ...COMPLETION, choices: [{ message }] });
    (await provider.visit(4)).promise(text.length, text);
    expect(await ended(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(worker.runner.count).toBeGreaterThanOrEqual(4);
  });
});
