import { randomUUID } from 'node:crypto';

import { acceptedId, failure, RequestsFixture, success } from '../testing/index.js';
import { cancelRequest } from './control.js';

let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

describe('accepting', () => {
  it('writes record and payload, due now, with the policy as it stands', async () => {
    const request = f.newRequest({
      metadata: { ticket: '842' },
      policy: { count: 5, onCodes: [429, 503], onLost: 'fail', deadlineMs: 60_000 },
    });
    const acceptance = await f.acceptor.accept(request);
    const row = await f.row(request.id);
    expect(acceptance).toEqual({
      kind: 'accepted',
      request: {
        id: request.id,
        status: 'queued',
        model: request.model,
        attempts: 0,
        createdAt: row.created_at,
      },
    });
    expect(row).toMatchObject({
      status: 'queued',
      metadata: { ticket: '842' },
      policy: request.policy,
      // For the previous version, which reads the columns.
      retry_count: 5,
      retry_on_codes: [429, 503],
      on_lost: 'fail',
      call_timeout_ms: request.policy.callTimeoutMs,
      round: 1,
      attempts: 0,
      fence: 0,
    });
    expect(row.due_at).toEqual(row.created_at);
    expect(row.deadline_at.getTime() - row.created_at.getTime()).toBe(60_000);
  });

  it('keeps the body byte for byte, and no byte of it in clear', async () => {
    const body = Buffer.from(
      '{"model":"m","messages":[{"content":"canary \u00fc"}],"seed":12345678901234567890}',
    );
    const id = await f.accept({ body, headers: { 'openai-beta': 'x' } });
    const [stored] = await f.sql<{ ciphertext: Buffer }>('SELECT ciphertext FROM payloads');
    expect(stored!.ciphertext.includes('canary')).toBe(false);
    const opened = await f.keys.open(f.projectId, id, 'payload', stored!.ciphertext);
    expect(opened.subarray(-body.length).equals(body)).toBe(true);
    expect(JSON.stringify(await f.row(id))).not.toContain('canary');
  });
});

describe('an idempotency key', () => {
  it('used fifty times at once makes one request; 49 join it', async () => {
    const processes = [f.process('api-1'), f.process('api-2'), f.process('api-3')];
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        processes[n % 3]!.acceptor.accept(f.newRequest({ idempotencyKey: 'key' })),
      ),
    );
    expect(accepted.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(accepted.filter(({ kind }) => kind === 'joined')).toHaveLength(49);
    expect(new Set(accepted.map(acceptedId)).size).toBe(1);
    expect(await f.count('requests')).toBe(1);
    expect(await f.count('payloads')).toBe(1);
  });

  it('used again with another body is a conflict, and changes nothing', async () => {
    const id = await f.accept({ idempotencyKey: 'key' });
    const before = await f.row(id);
    const other = f.newRequest({ idempotencyKey: 'key', fingerprint: Buffer.from('other body') });
    expect(await f.acceptor.accept(other)).toEqual({ kind: 'conflict' });
    expect(await f.row(id)).toEqual(before);
    expect(await f.count('requests')).toBe(1);
  });

  it('used by different bodies at once: one is accepted, those alike join, the others conflict', async () => {
    const accepted = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        f.acceptor.accept(
          f.newRequest({ idempotencyKey: 'key', fingerprint: Buffer.from(`body ${n % 2}`) }),
        ),
      ),
    );
    const count = (kind: string) => accepted.filter((one) => one.kind === kind).length;
    expect([count('accepted'), count('joined'), count('conflict')]).toEqual([1, 9, 10]);
  });

  it('belongs to its project and its mode', async () => {
    const project = await f.addProject(randomUUID());
    const ids = [
      await f.accept({ idempotencyKey: 'key' }),
      await f.accept({ idempotencyKey: 'key', mode: 'test' }),
      await f.accept({ idempotencyKey: 'key', projectId: project }),
      await f.accept({ idempotencyKey: 'key', projectId: project, mode: 'test' }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(await f.accept({ idempotencyKey: 'key', projectId: project })).toBe(ids[2]);
  });

  it('is compared exactly, whatever it looks like', async () => {
    const keys = ['key', 'Key', 'key ', "k'; --", 'ключ', '{key}', 'a,b', '"', '\\', 'NULL'];
    const ids = await Promise.all(keys.map((idempotencyKey) => f.accept({ idempotencyKey })));
    expect(new Set(ids).size).toBe(keys.length);
    const again = await Promise.all(keys.map((idempotencyKey) => f.accept({ idempotencyKey })));
    expect(again).toEqual(ids);
  });

  it('of a request that has ended joins it and runs nothing, failed and canceled ones too', async () => {
    const completed = await f.acceptAndClaim({ idempotencyKey: 'completed' });
    await f.finisher.finish(success(completed));
    const failed = await f.acceptAndClaim({ idempotencyKey: 'failed' });
    await f.finisher.finish(failure(failed));
    const canceled = await f.accept({ idempotencyKey: 'canceled' });
    await cancelRequest(f.pool, f.tenant, canceled);
    for (const status of ['completed', 'failed', 'canceled']) {
      expect(await f.acceptor.accept(f.newRequest({ idempotencyKey: status }))).toMatchObject({
        kind: 'joined',
        request: { status },
      });
    }
    expect(await f.claim()).toEqual([]);
  });

  it('of a request that is past its deadline, though nobody has ended it yet, says so', async () => {
    const id = await f.accept({ idempotencyKey: 'key' });
    const again = () => f.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }));
    expect(await again()).not.toHaveProperty('request.overdue');
    await f.passDeadline(id);
    expect(await again()).toMatchObject({ kind: 'joined', request: { id, overdue: true } });
    await f.recovery.expireIfOverdue([id]);
    const ended = await again();
    expect(ended).toMatchObject({ kind: 'joined', request: { id, status: 'failed' } });
    expect(ended).not.toHaveProperty('request.overdue');
  });

  it('is not needed: requests without one are never joined', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => f.accept()));
    expect(new Set(ids).size).toBe(10);
  });
});
