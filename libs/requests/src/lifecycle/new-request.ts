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
  /** Keyed hash of endpoint and body; required with an idempotency key. */
  fingerprint: Buffer | null;
  metadata: Readonly<Record<string, string>> | null;
  policy: RequestPolicy;
}

/** A request that is to be accepted. */
export interface NewRequest extends NewRecord {
  /** The body that is sent to the provider, byte for byte. */
  body: Buffer;
  /** Headers of the caller that are forwarded with it. */
  headers: ContentHead['headers'];
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
  /** An earlier call had the same key and the same body. */
  | { kind: 'joined'; request: AcceptedRequest }
  /** The key belongs to a request with another body. */
  | { kind: 'conflict' };

/** A record that is committed. */
export interface AcceptedRequest {
  id: string;
  status: RequestStatus;
  model: string;
  attempts: number;
  createdAt: Date;
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
