import type { RequestPolicy } from '@reqrun/retry-policy';
import type { RequestMode, RequestStatus } from '@reqrun/contracts';

import type { ContentHead } from '../content/content-frame.js';
import { type BlobBytes, compareUuids } from '../sql/batch-parameters.js';

/** The record of a request that is to be accepted. */
export interface NewRecord {
  /** UUID that its public id encodes. */
  id: string;
  projectId: string;
  apiKeyId: string;
  mode: RequestMode;
  /** Path below /v1, e.g. `/chat/completions`. */
  endpoint: string;
  model: string;
  idempotencyKey: string | null;
  /** Keyed hash of endpoint and body; needed where there is an idempotency key or a retry of an SDK. */
  fingerprint: Buffer | null;
  /** Fingerprint of an earlier version, where that differs: its records are joined by it. */
  formerFingerprint?: Buffer | null | undefined;
  /** Number of the try as a stock SDK counts it, from 0; null where it names none, or there is a key. */
  sdkRetry: number | null;
  metadata: Readonly<Record<string, string>> | null;
  policy: RequestPolicy;
  /** Most open requests of its project and mode; absent where they are not bounded. */
  maxOpen?: number | undefined;
  /** Absent for a request that is not under the cache. */
  cache?: CacheLookup | undefined;
}

/** The place where a request looks for an answer that is there already. */
export interface CacheLookup {
  /** Keyed hash of what is sent and where it goes; equal keys mean the same call. */
  key: Buffer;
  /** Oldest answer that it takes, in s. */
  ttlS: number;
}

/** A request that is to be accepted. */
export interface NewRequest extends NewRecord {
  /** The body that is sent to the provider, byte for byte. */
  body: Buffer;
  /** Headers of the caller that are forwarded with it. */
  headers: ContentHead['headers'];
  /** Members of the body that differ for a fallback; absent where none differs. They may hold text. */
  fallbackParams?: ContentHead['fallbackParams'];
  /** Place of the accepting call in its trace; absent where no traces are recorded. */
  trace?: ContentHead['trace'];
}

/** A request whose contents can be read only with the data key of its project. */
export interface SealedRequest {
  request: NewRecord;
  payload: BlobBytes;
}

/** Outcome of accepting a request. */
export type Acceptance =
  | {
      kind: 'accepted';
      request: AcceptedRequest;
      /** No worker needs a notification: the commit has notified them, or has started the request. */
      notified?: true | undefined;
    }
  /** Another call with the same key and the same body came first, or an earlier try of the same SDK call. */
  | { kind: 'joined'; request: AcceptedRequest; bySdkRetry?: true | undefined }
  /** The key was used with another body. */
  | { kind: 'conflict' }
  /** Its project has as many open requests as it may have. */
  | { kind: 'full' };

/** A record that is committed. */
export interface AcceptedRequest {
  id: string;
  status: RequestStatus;
  model: string;
  attempts: number;
  createdAt: Date;
  /** Age of the answer that it got from the cache, in s; absent where it runs itself. */
  cacheAgeS?: number | undefined;
  /** It waits for the answer to an identical request. */
  follows?: true | undefined;
  /** Its deadline has passed and it has not been ended yet: the next reader ends it. */
  overdue?: true | undefined;
}

/** Compares records by their unique keys: the order in which every group takes its locks. */
export function compareKeys(a: NewRecord, b: NewRecord): number {
  return (
    compareUuids(a.projectId, b.projectId) ||
    compareUuids(a.mode, b.mode) ||
    compareUuids(a.idempotencyKey ?? '', b.idempotencyKey ?? '') ||
    compareUuids(a.id, b.id)
  );
}
