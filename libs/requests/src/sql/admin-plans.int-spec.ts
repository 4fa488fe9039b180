import { AdminRequestReader } from '../queries/admin-reader.js';
import { RequestsFixture } from '../testing/index.js';
import {
  type AdminFilter,
  AdminList,
  FIND_PROJECT_OF,
  type Query,
  READ_ADMIN_ATTEMPTS,
  READ_ADMIN_RECORD,
  READ_PLACE,
} from './admin-queries.js';
import { hasKeyLike, hasMetadata, IS_METADATA_RARE, listRecords } from './list-queries.js';
import { COUNT_OPEN, READ_ROLLUPS, ROLL_UP_MINUTE } from './metrics.js';

/**
 * The lists of the dashboard never scan a whole table: in a table where most records have completed, nearly
 * all of one project, each statement finds its rows by indexes. `npm run bench -- lists` measures the same
 * on a million records.
 */
let f: RequestsFixture;
let id: string;

beforeAll(async () => {
  f = await RequestsFixture.open();
  await f.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       idempotency_key, metadata, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms,
       payload_bytes, due_at, lease_expires_at, deadline_at, created_at, updated_at, completed_at, error_code)
     SELECT gen_random_uuid(), $1, $1, (CASE WHEN n % 2 = 0 THEN 'live' ELSE 'test' END)::request_mode,
       '/chat/completions', s.status::request_status, 'gpt-' || n % 7,
       CASE WHEN n % 20000 = 77 THEN 'rare' ELSE 'gpt-' || n % 7 END, 'key-' || n,
       CASE WHEN n % 100 = 0 THEN jsonb_build_object('order', n::text) END,
       3, '{429}', 'retry', 60000, 3600000, 500, now(), now(), now() + interval '1 hour',
       now() - n * interval '5 s', now(), now() - n * interval '5 s' + interval '2 s',
       CASE WHEN s.status = 'failed' THEN 'code-' || n % 5 WHEN s.status = 'canceled' THEN 'canceled' END
     FROM generate_series(1, 50000) AS n,
       LATERAL (SELECT CASE WHEN n <= 60 THEN 'queued' WHEN n <= 90 THEN 'processing'
                            WHEN n % 100 = 1 THEN 'canceled' WHEN n % 33 = 2 THEN 'failed'
                            ELSE 'completed' END AS status) s`,
    [f.projectId],
  );
  await f.sql(
    `INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
     SELECT id, 1, 1, 1, 'm', $1, now(), 'succeeded' FROM requests`,
    [f.workerId],
  );
  await f.sql(
    `INSERT INTO metrics_rollups (project_id, mode, span, at, accepted, completed, failed, canceled,
       retried, delays, delay_ms, counts)
     SELECT $1, 'live', 60, date_trunc('minute', now()) - n * interval '1 minute', 1, 1, 0, 0, 0, 0, 0, '{}'
     FROM generate_series(1, 20000) AS n`,
    [f.projectId],
  );
  await f.sql('ANALYZE requests, attempts, projects, metrics_rollups');
  [{ id }] = (await f.sql<{ id: string }>(
    `SELECT id FROM requests ORDER BY created_at OFFSET 20000 LIMIT 1`,
  )) as [{ id: string }];
});
afterAll(async () => {
  await f.close();
});

async function planOf({ text, values }: Query): Promise<string> {
  const { rows } = await f.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function expectIndexes(query: Query): Promise<void> {
  const plan = await planOf(query);
  expect(plan).toMatch(/Index/);
  expect(plan).not.toMatch(/Seq Scan on (requests|attempts|metrics_rollups)/);
}

const FILTERS: Record<string, AdminFilter> = {
  nothing: {},
  'one mode': { mode: 'live' },
  'status completed': { statuses: ['completed'] },
  'status failed': { statuses: ['failed'] },
  'statuses failed and canceled': { statuses: ['failed', 'canceled'] },
  'open statuses': { statuses: ['queued', 'processing', 'retrying'] },
  'statuses of both kinds': { statuses: ['failed', 'processing'] },
  'an error code': { errorCode: 'code-3' },
  'an error code that nobody has': { errorCode: 'never' },
  'a model': { model: 'gpt-3' },
  'a rare model that failed': { model: 'rare', statuses: ['failed'] },
  'an endpoint': { endpoint: '/chat/completions' },
  'an endpoint that nobody used': { endpoint: '/embeddings' },
  'a key': { keyId: '00000000-0000-0000-0000-000000000000' },
  'an id': { ids: ['00000000-0000-0000-0000-000000000000'] },
  'a page of ids': {
    ids: Array.from({ length: 50 }, (_, n) => `00000000-0000-0000-0000-0000000000${n + 10}`),
  },
  'an idempotency key': { idempotencyKey: 'key-4000' },
  'a pair of metadata': { metadata: { order: '4700' } },
  'a range of time': {
    createdAfter: new Date(Date.now() - 86_400_000),
    createdBefore: new Date(Date.now() - 80_000_000),
  },
  'everything at once': {
    statuses: ['failed'],
    mode: 'live',
    model: 'gpt-3',
    errorCode: 'code-3',
    metadata: { order: '4700' },
    createdAfter: new Date(0),
  },
};

describe.each(Object.entries(FILTERS))('a list narrowed by %s', (_name, filter) => {
  it.each(['older', 'newer'] as const)(
    'scans no table from end to end: first page, a %s one, where it goes on, and its count',
    async (direction) => {
      const from = { id, createdAt: new Date(Date.now() - 3_600_000).toISOString() };
      for (const list of [
        new AdminList(f.projectId, filter, null, 'older'),
        new AdminList(f.projectId, filter, from, direction),
      ]) {
        await expectIndexes(list.page(21));
        await expectIndexes(list.boundary());
        await expectIndexes(list.count());
        const small = list.smallSet(21);
        if (small !== null) {
          await expectIndexes(small);
        }
      }
    },
  );
});

it.each<[string, () => Query]>([
  ['one record', () => ({ text: READ_ADMIN_RECORD, values: [id, f.projectId] })],
  ['its attempts', () => ({ text: READ_ADMIN_ATTEMPTS, values: [id, f.projectId] })],
  ['a search by id', () => ({ text: FIND_PROJECT_OF, values: [id] })],
  ['the place of a record', () => ({ text: READ_PLACE, values: [id, f.projectId] })],
  ['what is open', () => ({ text: COUNT_OPEN, values: [f.projectId, ['live', 'test']] })],
  ['a minute rolled up', () => ({ text: ROLL_UP_MINUTE, values: [new Date(), [1, 2]] })],
  [
    'figures',
    () => ({
      text: READ_ROLLUPS,
      values: [f.projectId, ['live'], 60, new Date(Date.now() - 7_200_000), new Date()],
    }),
  ],
])('%s: scans no table from end to end', async (_name, query) => {
  await expectIndexes(query());
});

describe('a list', () => {
  it('looks at a bounded number of rows, says where it goes on, and misses none on the way', async () => {
    const reader = new AdminRequestReader(f.pool);
    const found: string[] = [];
    let pages = 0;
    for (let after: string | undefined, more = true; more; pages += 1) {
      const page = await reader.list(
        f.projectId,
        { model: 'rare' },
        { limit: 20, ...(after === undefined ? {} : { after }) },
      );
      found.push(...page.data.map((record) => record.id));
      more = page.has_more;
      after = page.last_id?.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    }
    expect(pages).toBeGreaterThan(1);
    expect(found).toHaveLength(3);
  });
});

describe('a list that an application reads', () => {
  const page = (): unknown[] => [f.projectId, 'live', 21];

  it.each<[string, RegExp, () => Query]>([
    [
      'rare metadata',
      /requests_metadata/,
      () => ({
        text: listRecords([], hasMetadata('$4')),
        values: [...page(), '{"order":"4700"}'],
      }),
    ],
    [
      'whether metadata is rare',
      /requests_metadata/,
      () => ({ text: IS_METADATA_RARE, values: ['{"order":"4700"}'] }),
    ],
    [
      'the beginning of a key',
      /requests_idempotency_key/,
      () => ({ text: listRecords([hasKeyLike('$4')]), values: [...page(), 'key-4000%'] }),
    ],
  ])('by %s reads the index of such requests', async (_name, index, query) => {
    const plan = await planOf(query());
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan on requests/);
  });
});
