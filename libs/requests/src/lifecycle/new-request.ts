import type { RequestPolicy } from '@reqrun/retry-policy';
import type { RequestMode, RequestStatus } from '@reqrun/contracts';

import type { ContentHead } from '../content/content-frame.js';
import { type BlobBytes, compareUuids } from '../sql/batch-parameters.js';

/** The record of a request that is to be accepted. */
export interface NewRecord {
  /** The UUID behind its public id. */
  id: string;
  projectId: string;
  apiKeyId: string;
  mode: RequestMode;
  /** The path below /v1, e.g. `/chat/completions`. */
  endpoint: string;
  model: string;
  idempotencyKey: string | null;
  /** The keyed hash of endpoint and body; needed where there is an idempotency key. */
  fingerprint: Buffer | null;
  metadata: Readonly<Record<string, string>> | null;
  policy: RequestPolicy;
}

/** A request that is to be accepted. */
export interface NewRequest extends NewRecord {
  /** The body that goes to the provider, byte for byte. */
  body: Buffer;
  /** Headers of the caller that go up with it. */
  headers: ContentHead['headers'];
}

/** A request whose contents nobody can read any more but who has its project's key. */
export interface SealedRequest {
  request: NewRecord;
  payload: BlobBytes;
}

/** Outcome of accepting a request. */
export type Acceptance =
  | {
      kind: 'accepted';
      request: AcceptedRequest;
      /** No worker needs to be notified that it is due: its commit has done so, or has started it. */
      notified?: true | undefined;
    }
  /** Another call with the same key and the same body came first. */
  | { kind: 'joined'; request: AcceptedRequest }
  /** The key was used with another body. */
  | { kind: 'conflict' };

/** A record that is committed. */
export interface AcceptedRequest {
  id: string;
  status: RequestStatus;
  model: string;
  attempts: number;
  createdAt: Date;
  /** Its deadline has passed and nobody has ended it yet: whoever looks at it does. */
  overdue?: true | undefined;
}

/** The order in which every group takes its locks: that of the unique keys. */
export function compareKeys(a: NewRecord, b: NewRecord): number {
  return (
    compareUuids(a.projectId, b.projectId) ||
    compareUuids(a.mode, b.mode) ||
    compareUuids(a.idempotencyKey ?? '', b.idempotencyKey ?? '') ||
    compareUuids(a.id, b.id)
  );
}
