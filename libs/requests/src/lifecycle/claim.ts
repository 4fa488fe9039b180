import type { RequestPolicy } from '@reqrun/retry-policy';
import { randomUUID } from 'node:crypto';

import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run } from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import type { DispatchCaller } from './dispatch.js';
import type { NewRequest } from './new-request.js';
import { CLAIM_BESIDE, CLAIM_DUE } from '../sql/transitions/index.js';

/** A request that a worker owns until it finishes, releases or loses it. */
export interface Claim {
  id: string;
  projectId: string;
  mode: RequestMode;
  endpoint: string;
  model: string;
  /** Fence of the claim. A worker with an older one has lost the request. */
  fence: number;
  /** Number of the attempt, from 1 over all rounds. */
  attempt: number;
  /** Number n in the provider call's Idempotency-Key. The number of a lost attempt is used again. */
  callNumber: number;
  round: number;
  policy: RequestPolicy;
  /** Number of failed attempts of this round that count against the retries. */
  retriesUsed: number;
  /** Number of them that time alone does not fix; counted only where the policy says `untilDeadline`. */
  boundedFailures: number;
  msUntilDeadline: number;
  /** Time from due to claimed, in ms. */
  claimLagMs: number;
  /** The sealed payload; null when it is gone, or large. */
  ciphertext: Buffer | null;
  /** Length of the sealed payload, in bytes; 0 when it is gone, or is in `content`. */
  sealedBytes: number;
  /** The payload of a directly dispatched request; `ciphertext` is null then. */
  content?: Pick<NewRequest, 'headers' | 'body'> | undefined;
  /** The API process that dispatched it directly and receives its end. */
  caller?: DispatchCaller;
}

interface ClaimRow {
  id: string;
  project_id: string;
  mode: RequestMode;
  endpoint: string;
  model: string;
  fence: number;
  attempts: number;
  call_number: number;
  round: number;
  policy: RequestPolicy;
  retries_used: number;
  bounded_failures: number;
  ms_until_deadline: number;
  claim_lag_ms: number;
  ciphertext: Buffer | null;
  sealed_bytes: number;
}

/** Requests that go to one provider: a project's live requests, or its test requests. */
export interface Lane {
  readonly projectId: string;
  readonly mode: RequestMode;
}

/** Largest sum of payloads of one claim, in bytes; one request may exceed it. A full claim may be cut. */
export const MAX_CLAIM_BYTES = 16 * 1024 * 1024;

/**
 * Claims due requests, oldest first, and commits their attempts, all in one statement. With excluded lanes,
 * the others get equal parts.
 *
 * @param pool the database
 * @param workerId UUID of the worker that will own them
 * @param limit largest number of requests
 * @param leaseMs duration of the lease, in ms
 * @param except lanes that are excluded
 * @throws DatabaseError
 */
export async function claimDue(
  pool: Pool,
  workerId: string,
  limit: number,
  leaseMs: number,
  except: readonly Lane[] = [],
): Promise<Claim[]> {
  failpoint('claim.before');
  const values = [workerId, limit, leaseMs, MAX_CLAIM_BYTES];
  const claiming =
    except.length === 0
      ? run<ClaimRow>(pool, { name: 'requests-claim', text: CLAIM_DUE }, values)
      : run<ClaimRow>(pool, { name: 'requests-claim-beside', text: CLAIM_BESIDE }, [
          ...values,
          except.map(({ projectId }) => projectId),
          except.map(({ mode }) => mode),
          randomUUID(),
        ]);
  const rows = await claiming;
  failpoint('claim.after');
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    mode: row.mode,
    endpoint: row.endpoint,
    model: row.model,
    fence: row.fence,
    attempt: row.attempts,
    callNumber: row.call_number,
    round: row.round,
    policy: row.policy,
    retriesUsed: row.retries_used,
    boundedFailures: row.bounded_failures,
    msUntilDeadline: row.ms_until_deadline,
    claimLagMs: row.claim_lag_ms,
    ciphertext: row.ciphertext,
    sealedBytes: row.sealed_bytes,
  }));
}
