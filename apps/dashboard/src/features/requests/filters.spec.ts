import { activeFilters, readFilters, toQuery, writeFilters } from './filters';

const ADDRESS =
  'status=retrying%2Cfailed&endpoint=%2Fv1%2Fembeddings&model=gpt-4o&error_code=timeout&range=1h&mode=live&metadata.team=a%26b';

describe('the filters of the list of requests', () => {
  it('stand in the address and come back from it', () => {
    const filters = readFilters(new URLSearchParams(ADDRESS));

    expect(filters.status).toEqual(['retrying', 'failed']);
    expect(filters.metadata).toEqual({ team: 'a&b' });
    expect(writeFilters(filters).toString()).toBe(ADDRESS);
  });

  it('leave out what they do not know', () => {
    const filters = readFilters(
      new URLSearchParams('status=x,failed&mode=y&range=9y&after=rr_1&endpoint=/v1/x'),
    );

    expect(writeFilters(filters).toString()).toBe('status=failed');
  });

  it('ask the API for a moving range by its beginning', () => {
    const filters = readFilters(new URLSearchParams('range=1h&created_before=2026-01-01'));

    expect(toQuery(filters, Date.parse('2026-05-01T12:00:00Z'))).toEqual({
      created_after: '2026-05-01T11:00:00.000Z',
    });
  });

  it('can be taken away one by one', () => {
    const filters = readFilters(new URLSearchParams(ADDRESS));
    const active = activeFilters(filters, () => 'prod');

    expect(active.map(({ label }) => label)).toEqual([
      'endpoint embeddings',
      'model gpt-4o',
      'error timeout',
      'last 1h',
      'live mode',
      'team = a&b',
    ]);
    expect(active.at(-1)?.without(filters).metadata).toEqual({});
    expect(active[1]?.without(filters).model).toBe('');
  });
});
