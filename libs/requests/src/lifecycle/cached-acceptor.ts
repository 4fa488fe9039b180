import { Batcher } from '@reqrun/platform/batching';
import { LARGE_BYTES } from '@reqrun/platform/budget';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import type { DatabaseError, Pool } from '@reqrun/platform/database';

import { STATEMENT_GROUPS } from '../sql/batch-parameters.js';
import {
  ACCEPT_CACHED_ONLY,
  acceptCached,
  acceptHits,
  type CachedRecord,
  type SealedCached,
} from './accept-cached.js';
import { ACCEPT_GROUPING, sealLargePayload, sealPayload } from './accept-group.js';
import { commitGroup } from './commit-group.js';
import { type Acceptance, compareKeys, type NewRequest } from './new-request.js';

type CachedRequest = NewRequest & CachedRecord;
type Sealed = SealedCached & {
  /** A worker has received it and not answered, so it may already be in the table. */
  inDoubt: boolean;
};

const NO_BODY = Buffer.alloc(0);

/**
 * Accepts requests under the cache by way of the table. Those whose answer is there are written without a payload, in
 * one statement for many; the others take the locks of their keys.
 */
export class CachedAcceptor {
  private readonly hits: Batcher<CachedRequest, Acceptance | Error | null>;
  private readonly others: Batcher<Sealed, Acceptance | Error>;
  /** Large bodies are committed one at a time and alone, so that small ones never wait for them. */
  private readonly large: Batcher<CachedRequest, Acceptance | Error>;

  /**
   * @param pool the database
   * @param keys the data keys of payloads
   * @param noteFault receives every error of a commit, and null after a success
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly noteFault: (fault: DatabaseError | null) => void,
  ) {
    this.hits = new Batcher<CachedRequest, Acceptance | Error | null>({
      ...STATEMENT_GROUPS,
      sizeOf: ({ body }) => body.length,
      compare: compareKeys,
      run: (requests) =>
        commitGroup(requests.map(notInDoubt), () => acceptHits(this.pool, requests), noteFault),
    });
    this.others = new Batcher<Sealed, Acceptance | Error>({
      ...ACCEPT_GROUPING,
      run: (items) => this.commit(items),
    });
    this.large = new Batcher<CachedRequest, Acceptance | Error>({
      ...STATEMENT_GROUPS,
      maxItems: 1,
      sizeOf: ({ body }) => body.length,
      run: (requests) => this.commitLarge(requests),
    });
  }

  /** Sum of the sizes of bodies that wait to be accepted, in bytes. */
  get pendingBytes(): number {
    return this.hits.pendingBytes + this.others.pendingBytes + this.large.pendingBytes;
  }

  /** Number of requests that wait for a commit. */
  get pendingItems(): number {
    return this.hits.pendingItems + this.others.pendingItems + this.large.pendingItems;
  }

  /**
   * Commits a request whose answer is in the cache.
   *
   * @param request the request
   * @returns its outcome, or the error of its group; null where there is no answer: nothing was written then
   * @throws DatabaseError of kind `unavailable` when it was not accepted
   */
  acceptHit(request: CachedRequest): Promise<Acceptance | Error | null> {
    return this.hits.call(request);
  }

  /**
   * Commits a request for which `acceptHit` has found no answer.
   *
   * @param request the request
   * @param inDoubt a worker has received it and not answered
   * @returns its outcome, or the error of its group
   * @throws DatabaseError of kind `unavailable` when it was not accepted
   */
  async accept(request: CachedRequest, inDoubt: boolean): Promise<Acceptance | Error> {
    if (request.body.length > LARGE_BYTES) {
      return this.large.call(request);
    }
    const payload = await sealPayload(this.keys, request);
    return this.others.call({ request, payload, inDoubt });
  }

  private async commitLarge(requests: readonly CachedRequest[]): Promise<(Acceptance | Error)[]> {
    const sealed = requests.map(async (request): Promise<Sealed> => {
      const payload = await sealLargePayload(this.keys, request);
      // The client library copies what it sends, so the plain body is dropped first.
      request.body = NO_BODY;
      return { request, payload, inDoubt: false };
    });
    return this.commit(await Promise.all(sealed));
  }

  private async commit(items: readonly Sealed[]): Promise<(Acceptance | Error)[]> {
    const commit = (): Promise<Acceptance[]> => acceptCached(this.pool, items, ACCEPT_CACHED_ONLY);
    return [...(await commitGroup(items, commit, this.noteFault))];
  }
}

const notInDoubt = (): { inDoubt: boolean } => ({ inDoubt: false });
