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
  /** Who holds an older one has lost the request. */
  fence: number;
  /** The number of the attempt, from 1 over all rounds. */
  attempt: number;
  /** The n of the provider call's Idempotency-Key: a lost attempt's is used again. */
  callNumber: number;
  round: number;
  policy: RequestPolicy;
  /** Failed attempts of this round that counted. */
  retriesUsed: number;
  /** Those of them that time alone does not mend; counted only where the policy says `untilDeadline`. */
  boundedFailures: number;
  msUntilDeadline: number;
  /** How long it was due before it was claimed. */
  claimLagMs: number;
  /** The sealed payload; null when it is gone, or large. */
  ciphertext: Buffer | null;
  /** Length of the sealed payload, in bytes; 0 when it is gone, or came with the claim. */
  sealedBytes: number;
  /** The payload, where it came with the claim; `ciphertext` is null then. */
  content?: Pick<NewRequest, 'headers' | 'body'> | undefined;
  /** The API process that is told of its end without going by the signals. */
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

/** Payload bytes of one claim, beyond which one request may go. A claim that has them was cut, perhaps. */
export const MAX_CLAIM_BYTES = 16 * 1024 * 1024;

/**
 * Claims due requests, oldest first, and commits their attempts: one statement for all of them. Where
 * lanes are left out, the others get equal parts.
 *
 * @param pool the database
 * @param workerId the process that will own them
 * @param limit how many at most
 * @param leaseMs how long it owns them without renewing
 * @param except lanes of which nothing is claimed
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
