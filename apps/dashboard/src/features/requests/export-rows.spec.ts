import { textOf } from './export-rows';
import type { AdminRequest } from './queries';

const request = (more: object = {}): AdminRequest =>
  ({
    ...{ id: 'rr_1', status: 'completed', model: 'gpt-4o', attempts: 2, error: null },
    ...{ api_key: { id: 'k', name: 'shop' }, metadata: null, duration_ms: 12.5 },
    ...more,
  }) as unknown as AdminRequest;
const cells = (more: object): string => textOf([request(more)], 'csv').split('\r\n')[1] ?? '';

describe('an export of requests', () => {
  it('has a line of names, and a line for each request', () => {
    const lines = textOf([request(), request({ id: 'rr_2' })], 'csv').split('\r\n');

    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^id,created_at,/);
    expect(lines[2]).toMatch(/^rr_2,/);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])(
    'lets no spreadsheet run %j, which a caller chose',
    (text) => {
      expect(cells({ idempotency_key: text })).toContain(`,'${text}`);
    },
  );

  it('quotes what would end a cell or a line', () => {
    expect(cells({ idempotency_key: 'a"b,c\n' })).toContain('"a""b,c\n"');
    expect(cells({ metadata: { team: 'x' } })).toContain('"{""team"":""x""}"');
  });

  it('has one record in each line as NDJSON', () => {
    const lines = textOf([request(), request({ id: 'rr_2' })], 'ndjson')
      .trimEnd()
      .split('\n');

    expect(lines.map((line) => (JSON.parse(line) as AdminRequest).id)).toEqual(['rr_1', 'rr_2']);
  });
});
