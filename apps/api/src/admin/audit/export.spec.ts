import type { AuditEntry } from '@reqrun/users';

import { asCsv, asNdjson } from './export.js';

const ENTRY: AuditEntry = {
  id: 7n,
  at: new Date(0),
  actor: { kind: 'person', id: 'p', email: 'ada@example.com', name: '=cmd|" /C calc"!A0' },
  action: 'key.revoked',
  target: { kind: 'key', id: 'k', name: 'a "name", with\r\neverything' },
  projectId: null,
  address: '@SUM(A1)',
  userAgent: '-2+3',
  details: { note: '+1' },
  hash: Buffer.from([0xab]),
};

// eslint-disable-next-line @typescript-eslint/require-await -- a source like the reader's
async function* entries(...list: AuditEntry[]): AsyncGenerator<AuditEntry> {
  yield* list;
}

async function joined(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) {
    text += line;
  }
  return text;
}

describe('the exported audit log', () => {
  it('is a table whose cells no spreadsheet runs, and no cell ends early', async () => {
    const [head, ...rest] = (await joined(asCsv(entries(ENTRY)))).split('\r\n');
    expect(head?.split(',')).toHaveLength(15);
    expect(rest.join('\r\n')).toBe(
      `7,1970-01-01T00:00:00.000Z,person,p,ada@example.com,"'=cmd|"" /C calc""!A0",key.revoked,` +
        `key,k,"a ""name"", with\r\neverything",,'@SUM(A1),'-2+3,"{""note"":""+1""}",ab\r\n`,
    );
  });

  it('is one JSON object per line', async () => {
    const lines = (await joined(asNdjson(entries(ENTRY, ENTRY)))).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toMatchObject({ id: '7', target: { name: ENTRY.target.name } });
  });

  it('is a head alone, or nothing, where there is no entry', async () => {
    expect(await joined(asCsv(entries()))).toMatch(/^id,at,[a-z_,]+\r\n$/);
    expect(await joined(asNdjson(entries()))).toBe('');
  });
});
