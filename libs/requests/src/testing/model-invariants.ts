import type { Claim } from '../lifecycle/claim.js';
import type { AttemptRow, RequestRow } from './request-rows.js';
import type { RequestsFixture } from './requests-fixture.js';

/** A request as the model of its life has it. */
export interface ModelRequest {
  readonly id: string;
  readonly key: string | null;
  readonly body: string;
  readonly onLost: 'retry' | 'fail';
  status: string;
  losses: number;
}

/** A claim as the model has it: live until somebody ends it. */
export interface ModelClaim {
  readonly claim: Claim;
  readonly worker: string;
  live: boolean;
  /** How its own worker ended it, if it did. */
  ended: 'success' | 'retry' | 'failure' | null;
}

/** What should be. */
export interface Model {
  readonly requests: ModelRequest[];
  /** Every claim that was ever made. */
  readonly claims: ModelClaim[];
  /** Those whose worker still owns the request. */
  readonly live: readonly ModelClaim[];
  /** A request by its id. */
  of(id: string): ModelRequest;
  /** Takes a request away from whoever owns it. */
  lose(id: string): void;
}

/** What was seen before: an end stays as it is within its round, and a fence never falls. */
export class History {
  readonly ends = new Map<string, string>();
  readonly fences = new Map<string, number>();
}

const TERMINAL = ['completed', 'failed', 'canceled'];

/**
 * Reads everything and holds it against the model and against what was seen before.
 *
 * @param model what should be
 * @param fixture what is
 * @param history what was
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
