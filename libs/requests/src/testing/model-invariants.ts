import type { Claim } from '../lifecycle/claim.js';
import type { AttemptRow, RequestRow } from './request-rows.js';
import type { RequestsFixture } from './requests-fixture.js';

/** A request in the model of its lifecycle. */
export interface ModelRequest {
  readonly id: string;
  readonly key: string | null;
  readonly body: string;
  readonly onLost: 'retry' | 'fail';
  status: string;
  losses: number;
}

/** A claim in the model, which is live until it is ended. */
export interface ModelClaim {
  readonly claim: Claim;
  readonly worker: string;
  live: boolean;
  /** The end that its own worker has written, or null. */
  ended: 'success' | 'retry' | 'failure' | null;
}

/** The expected state. */
export interface Model {
  readonly requests: ModelRequest[];
  /** Every claim that was ever made. */
  readonly claims: ModelClaim[];
  /** Claims whose worker still owns the request. */
  readonly live: readonly ModelClaim[];
  /** Returns a request by its id. */
  of(id: string): ModelRequest;
  /** Takes a request away from its owner. */
  lose(id: string): void;
}

/** States seen before: an end does not change within its round, and a fence never falls. */
export class History {
  readonly ends = new Map<string, string>();
  readonly fences = new Map<string, number>();
}

const TERMINAL = ['completed', 'failed', 'canceled'];

/**
 * Reads all rows and compares them with the model and with the states seen before.
 *
 * @param model the expected state
 * @param fixture the database
 * @param history the states seen before
 */
export async function checkInvariants(
  model: Model,
  fixture: RequestsFixture,
  history: History,
): Promise<void> {
  const rows = await fixture.sql<RequestRow>('SELECT * FROM requests');
  const attempts = await fixture.sql<AttemptRow & { request_id: string }>(
    'SELECT * FROM attempts ORDER BY request_id, number',
  );
  const results = await fixture.sql<{ request_id: string }>('SELECT request_id FROM results');
  expect(rows.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
    model.requests.map(({ id, status }) => `${id} ${status}`).sort(),
  );
  for (const row of rows) {
    const own = attempts.filter(({ request_id }) => request_id === row.id);
    expect(own.map(({ number }) => number)).toEqual(own.map((_, index) => index + 1));
    expect(own).toHaveLength(row.attempts);

    const running = own.filter(({ outcome }) => outcome === 'running');
    expect(running).toHaveLength(row.status === 'processing' ? 1 : 0);
    expect(row.lease_owner === null).toBe(row.status !== 'processing');

    const won = own.filter(({ outcome, round }) => outcome === 'succeeded' && round === row.round);
    expect(won).toHaveLength(row.status === 'completed' ? 1 : 0);
    expect(row.completed_at === null).toBe(!TERMINAL.includes(row.status));
    const hasResult = results.some(({ request_id }) => request_id === row.id);
    expect(hasResult && !['completed', 'failed'].includes(row.status)).toBe(false);
    expect(row.status === 'completed' && !hasResult).toBe(false);

    const round = `${row.id} ${row.round}`;
    expect(history.ends.get(round) ?? row.status).toBe(row.status);
    if (TERMINAL.includes(row.status)) {
      history.ends.set(round, row.status);
    }
    expect(row.fence).toBeGreaterThanOrEqual(history.fences.get(row.id) ?? 0);
    history.fences.set(row.id, row.fence);
  }
}
