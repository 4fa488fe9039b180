import type { Client, FullRecord } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import {
  type RecordingProvider,
  type ScriptedAnswer,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

const MINUTE_MS = 60_000;
const REQUESTS = 10;
const WORKS: ScriptedAnswer = { body: SMALL_COMPLETION };
const OUT: ScriptedAnswer = { status: 503, body: 'upstream connect error' };
const LIMITED: ScriptedAnswer = { status: 429, body: '{"error":{"message":"Slow down."}}' };

describe('work that nobody waits for', () => {
  const cluster = useCluster({ redis: false });
  const providers: RecordingProvider[] = [];

  afterAll(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
  });

  /** Creates a project with the settings of a new one, and its provider. */
  async function newProject(
    answer: ScriptedAnswer,
    isPatient = true,
  ): Promise<{ provider: RecordingProvider; client: Client }> {
    const provider = await startRecordingProvider();
    providers.push(provider);
    provider.answer = answer;
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-live' },
      ...(isPatient ? { policy: { untilDeadline: true } } : {}),
    });
    return { provider, client: cluster().clientFor(keys.live) };
  }

  /** Makes waiting requests due now, so that the test need not wait. */
  const hasten = (ids: readonly string[]) =>
    cluster().pool.query(
      `UPDATE requests SET due_at = now() WHERE id = ANY($1::uuid[]) AND status = 'retrying'`,
      [ids.map((id) => id.slice(3))],
    );

  it('is finished after an outage of a minute, and says meanwhile that it waits', async () => {
    const { provider, client } = await newProject(OUT);
    const began = Date.now();
    const ids = await Promise.all(Array.from({ length: REQUESTS }, () => client.submit('m')));
    const [first = ''] = ids;
    const record = await eventually(
      () => client.record(first),
      // The breaker spares the provider calls that would fail.
      ({ status, waiting_reason: reason }) => status === 'retrying' && reason === 'circuit_open',
    );
    expect(record).toMatchObject({ retry_until_deadline: true, error: null });
    expect(Date.parse(record.failing_since ?? '')).toBeGreaterThanOrEqual(began);
    await new Promise((resolve) => setTimeout(resolve, began + MINUTE_MS - Date.now()));
    provider.answer = WORKS;
    await hasten(ids);
    const ended = await Promise.all(ids.map((id) => client.until(id, 'completed', 'failed')));
    expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
    expect(Math.max(...ended.map(({ attempts }) => attempts))).toBeLessThanOrEqual(9);
    expect(ended.every(({ failing_since: since }) => since === null)).toBe(true);
  }, 240_000);

  it.each([
    ['a minute of 429 without headers', LIMITED, MINUTE_MS, 6, 10],
    ['an outage of an hour', OUT, 60 * MINUTE_MS, 18, 30],
  ])(
    'is finished after %s',
    async (_what, answer, lastsMs, least, most) => {
      const { provider, client } = await newProject(answer);
      const id = await client.submit('m');
      // The test simulates the passage of time: it adds up each wait, and cuts it short.
      let passedMs = 0;
      for (let attempts = 1; passedMs < lastsMs; attempts += 1) {
        const record = await eventually(
          () => client.record(id),
          (now) => now.attempts >= attempts && now.status === 'retrying',
        );
        passedMs += waitOf(record);
        if (passedMs >= lastsMs) {
          provider.answer = WORKS;
        }
        await hasten([id]);
      }
      const { status, attempts } = await client.until(id, 'completed', 'failed');
      expect(status).toBe('completed');
      expect(attempts).toBeGreaterThanOrEqual(least);
      expect(attempts).toBeLessThanOrEqual(most);
    },
    240_000,
  );

  it('ends with its count where it names retry, or its project is older', async () => {
    const named = await newProject(OUT);
    const id = await named.client.submit('m', { retry: { count: 1 } });
    const older = await newProject(OUT, false);
    const ofOlder = await older.client.submit('m', { retry: { count: 0 } });
    expect(await named.client.until(id, 'failed')).toMatchObject({
      attempts: 2,
      retry_until_deadline: false,
    });
    expect(await older.client.until(ofOlder, 'failed')).toMatchObject({ attempts: 1 });
    expect((await older.client.record(await older.client.submit('m'))).retry_until_deadline).toBe(
      false,
    );
  });

  it('that is waited for ends with its count, unless it asks for more', async () => {
    const { client } = await newProject(OUT);
    const answer = await client.wait('m', { retry: { count: 0 } });
    expect(answer.status).toBe(502);
    const waited = client.wait('m', { wait_timeout_ms: 100 });
    const id = String((await waited).headers['x-request-id']);
    expect((await client.record(id)).retry_until_deadline).toBe(false);
    const asked = await client.wait('m', { wait_timeout_ms: 100, retry: { until_deadline: true } });
    expect((await client.record(String(asked.headers['x-request-id']))).retry_until_deadline).toBe(
      true,
    );
  });
});

function waitOf({ next_attempt_at: next, updated_at: updated }: FullRecord): number {
  return Date.parse(next ?? '') - Date.parse(updated);
}
