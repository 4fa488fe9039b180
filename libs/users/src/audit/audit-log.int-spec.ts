import { NOBODY, UsersFixture } from '../testing/users-fixture.js';
import type { NewAuditEntry } from './audit-entry.js';

let at: UsersFixture;

beforeEach(async () => {
  at = await UsersFixture.open();
});
afterEach(() => at.close());

const entry = (id: string, more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  ...NOBODY,
  action: 'thing.done',
  target: { kind: 'thing', id },
  ...more,
});
const record = (one: NewAuditEntry): Promise<void> =>
  at.database.prisma.$transaction((transaction) => at.audit.record(transaction, one));

async function targets(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { target } of at.reader.all()) {
    ids.push(target.id);
  }
  return ids;
}

/** Does what no role may: with the triggers off. */
async function tamper(statement: string): Promise<void> {
  await at.owner.query(
    `BEGIN; ALTER TABLE audit_log DISABLE TRIGGER USER; ${statement};
     ALTER TABLE audit_log ENABLE TRIGGER USER; COMMIT`,
  );
}

describe('the audit log', () => {
  it.each([
    `UPDATE audit_log SET action = 'x'`,
    `DELETE FROM audit_log`,
    `TRUNCATE audit_log`,
    `DELETE FROM audit_log WHERE id = 1`,
  ])('only grows, for the admin API and for the owner of the tables: %s', async (statement) => {
    await record(entry('1'));
    for (const pool of [at.database.pool, at.owner]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(
      at.database.pool.query('ALTER TABLE audit_log DISABLE TRIGGER USER'),
    ).rejects.toMatchObject({ code: '42501' });
    expect(await targets()).toEqual(['1']);
  });

  it('holds nothing of a change that was rolled back', async () => {
    await record(entry('1'));
    await at.database.prisma
      .$transaction(async (transaction) => {
        await at.audit.record(transaction, entry('2'));
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await record(entry('3'));
    expect(await targets()).toEqual(['1', '3']);
    expect(await at.reader.verify()).toEqual({ ok: true, checked: 2, brokenAt: null });
  });

  it('is one chain, however many write to it at the same time', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => record(entry(String(n)))));
    expect((await targets()).sort()).toEqual(Array.from({ length: 40 }, (_, n) => `${n}`).sort());
    expect(await at.reader.verify()).toEqual({ ok: true, checked: 40, brokenAt: null });
  });

  it('holds whatever people call things, and says so when it is read again', async () => {
    const name = 'é \u{1f600} "\\u0000" \u2028 <b>';
    const details = { b: [1.5, 1e21, -0, null, true], a: { z: name, y: '' }, ü: 0.1 + 0.2 };
    // A name is cut at 256, which may be the middle of a character.
    const long = `${'x'.repeat(255)}\u{1f600}`;
    await record(entry('1', { target: { kind: 'thing', id: '1', name }, details }));
    await record(entry('2', { target: { kind: 'thing', id: '2', name: long }, userAgent: long }));
    const [second, first] = await at.reader.list({}, { limit: 10, after: null });
    expect(first).toMatchObject({
      target: { name },
      details: { ...details, b: [1.5, 1e21, 0, null, true] },
    });
    expect(second?.target.name).toBe(`${'x'.repeat(255)}\ufffd`);
    expect(await at.reader.verify()).toMatchObject({ ok: true, checked: 2 });
  });

  it.each([
    [`UPDATE audit_log SET action = 'thing.undone' WHERE target_id = '3'`, '3'],
    [`UPDATE audit_log SET actor_email = 'eve@example.com' WHERE target_id = '1'`, '1'],
    [`UPDATE audit_log SET details = '{"a":1}' WHERE target_id = '5'`, '5'],
    [`UPDATE audit_log SET at = at + interval '1 ms' WHERE target_id = '2'`, '2'],
    [`DELETE FROM audit_log WHERE target_id = '1'`, '2'],
    [`DELETE FROM audit_log WHERE target_id = '3'`, '4'],
    [
      `UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE target_id = '4') WHERE target_id = '3'`,
      '3',
    ],
    [
      `INSERT INTO audit_log (id, at, actor_kind, action, target_kind, target_id, details, hash)
       SELECT id + 100, at, actor_kind, action, target_kind, 'new', details, hash
       FROM audit_log WHERE target_id = '5'`,
      'new',
    ],
  ])('shows where it was changed by whoever can: %s', async (statement, broken) => {
    for (const id of ['1', '2', '3', '4', '5']) {
      await record(entry(id));
    }
    await tamper(statement);
    const { ok, brokenAt } = await at.reader.verify();
    expect(ok).toBe(false);
    const { rows } = await at.owner.query(`SELECT id FROM audit_log WHERE target_id = $1`, [
      broken,
    ]);
    expect(rows).toEqual([{ id: brokenAt?.toString() }]);
  });

  it('is listed by pages, and narrowed by who, what, where and when', async () => {
    const project = '019aa4b2-c6f0-7d1c-9f0e-2a4b6c8d0e1f';
    const actor = { kind: 'person', id: project, email: 'ada@example.com', name: 'Ada' } as const;
    await record(entry('1', { actor }));
    await record(entry('2', { projectId: project }));
    await record(entry('3', { action: 'thing.undone' }));
    const ids = async (filter: object, after: bigint | null = null, limit = 10) =>
      (await at.reader.list(filter, { limit, after })).map(({ target }) => target.id);
    expect(await ids({})).toEqual(['3', '2', '1']);
    const [newest] = await at.reader.list({}, { limit: 1, after: null });
    expect(await ids({}, newest!.id, 1)).toEqual(['2']);
    expect(await ids({ actor: project })).toEqual(['1']);
    expect(await ids({ actor: 'Ada@example.com' })).toEqual(['1']);
    expect(await ids({ projectId: project })).toEqual(['2']);
    expect(await ids({ action: 'thing.undone' })).toEqual(['3']);
    expect(await ids({ createdAfter: newest!.at })).toContain('3');
    expect(await ids({ createdBefore: new Date(0) })).toEqual([]);
  });

  it('is read to its end in batches, also beyond what one holds', async () => {
    await at.owner.query(
      `INSERT INTO audit_log (at, actor_kind, action, target_kind, target_id, details, hash)
       SELECT now(), 'system', 'thing.done', 'thing', n, '{}', '' FROM generate_series(1, 1200) n`,
    );
    expect(await targets()).toHaveLength(1200);
  });
});
