import { ERRORS, RESERVED_CODES } from './error-codes.js';
import { renderErrorsTable } from './render-errors-table.js';

describe('the table of error codes', () => {
  const rows = renderErrorsTable().trimEnd().split('\n').slice(2);

  it('has one row for every code that can come, in their order', () => {
    const codes = Object.keys(ERRORS).filter((code) => !RESERVED_CODES.has(code));
    expect(rows.map((row) => /^\| `([a-z_]+)` \|/.exec(row)?.[1])).toEqual(codes);
    expect(codes).not.toContain('circuit_open');
  });

  it('has four cells in every row, with the status and the type of the code', () => {
    for (const row of rows) {
      const [, code = '', status, type] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
      const { [code.replaceAll('`', '') as keyof typeof ERRORS]: definition } = ERRORS;
      expect([status, type]).toEqual([String(definition.status), `\`${definition.type}\``]);
      expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
    }
  });
});
