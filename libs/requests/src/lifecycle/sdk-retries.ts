import { isTerminal, type RequestMode, type RequestStatus } from '@reqrun/contracts';
import { type Pool, run } from '@reqrun/platform/database';

import { JOIN_SDK_RETRY } from '../sql/sdk-retries.js';
import type { AcceptedRequest } from './new-request.js';

/** A retry that a stock SDK makes of a call without an idempotency key. */
export interface SdkRetry {
  projectId: string;
  mode: RequestMode;
  apiKeyId: string;
  endpoint: string;
  /** Keyed hash of the endpoint and the bytes of the body. */
  fingerprint: Buffer;
  /** Number of the retry, from 1. */
  number: number;
}

/** Age up to which a request is joined, in ms: stock SDKs give up long before. */
const MAX_AGE_MS = 10 * 60_000;

/**
 * Finds the request that the try before has made, and notes that this one has joined it.
 *
 * @param pool the database
 * @param retry the call
 * @returns null where there is none, so that the call is a request of its own
 * @throws DatabaseError
 */
export async function joinSdkRetry(pool: Pool, retry: SdkRetry): Promise<AcceptedRequest | null> {
  const { projectId, mode, apiKeyId, endpoint, fingerprint, number } = retry;
  const [row] = await run<{
    id: string;
    status: RequestStatus;
    model: string;
    attempts: number;
    created_at: Date;
    overdue: boolean;
  }>(pool, { name: 'requests-join-sdk-retry', text: JOIN_SDK_RETRY }, [
    projectId,
    mode,
    apiKeyId,
    endpoint,
    fingerprint,
    number,
    MAX_AGE_MS,
  ]);
  if (row === undefined) {
    return null;
  }
  const { id, status, model, attempts, created_at: createdAt, overdue } = row;
  const request = { id, status, model, attempts, createdAt };
  return overdue && !isTerminal(status) ? { ...request, overdue } : request;
}
