import { ERROR_DETAILS, renderErrorDetailsTable } from './error-details.js';

describe('the details of errors', () => {
  it('are short words and clauses that can stand in a sentence', () => {
    for (const [detail, clause] of Object.entries(ERROR_DETAILS)) {
      expect(detail).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(detail.length).toBeLessThan(32);
      expect(clause).toMatch(/^[a-z].*[a-zA-Z]$/);
    }
  });

  it('have one row each in their table', () => {
    const rows = renderErrorDetailsTable().trimEnd().split('\n').slice(2);
    expect(rows).toHaveLength(Object.keys(ERROR_DETAILS).length);
    expect(rows).toContain('| `not_json` | The answer is not JSON. |');
  });
});
