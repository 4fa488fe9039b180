import type { LightAbortController } from '@reqrun/platform/abort';
import type { ByteBudget } from '@reqrun/platform/budget';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import type { TraceContext } from '@reqrun/platform/telemetry';
import { OneTimeBody } from '@reqrun/providers';
import { asReadError, type Claim, openStored, unpackContent } from '@reqrun/requests';

import { plannedBody } from './planned-body.js';

/** Content of a provider call. */
export interface CallContent {
  headers: Readonly<Record<string, string>>;
  body: Buffer | OneTimeBody;
  /** Place of the accepting call in its trace; undefined where none was recorded. */
  trace: TraceContext | undefined;
}

/**
 * Opens the content of provider calls. Large bodies are read from the table one by one, as memory for them
 * comes free, and held only until they are sent: a slow provider costs no memory.
 */
export class CallContents {
  /**
   * @param pool the database
   * @param keys the data keys of the bodies
   * @param budget the memory budget of large bodies
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly budget: ByteBudget,
  ) {}

  /**
   * Opens the content of a claim, for the model that it calls.
   *
   * @param claim the claim
   * @param abort ends the wait for memory
   * @returns null when the wait was ended
   * @throws UnreadableError when the content is gone or can never be read; other errors may be temporary
   */
  async open(claim: Claim, abort: LightAbortController): Promise<CallContent | null> {
    const { projectId, id, ciphertext, content } = claim;
    if (content !== undefined) {
      return {
        headers: content.headers,
        body: await plannedBody(claim, content.body, content),
        trace: content.trace,
      };
    }
    if (ciphertext === null) {
      return this.openLarge(claim, abort);
    }
    try {
      const { head, body } = unpackContent(
        await this.keys.open(projectId, id, 'payload', ciphertext),
      );
      const { headers, trace } = head;
      return { headers, body: await plannedBody(claim, body, head), trace };
    } catch (error) {
      throw asReadError(error);
    }
  }

  private async openLarge(claim: Claim, abort: LightAbortController): Promise<CallContent | null> {
    const { projectId, id, sealedBytes: bytes } = claim;
    if (bytes === 0) {
      throw new UnreadableError('the body is gone');
    }
    const share = await this.budget.take(bytes, abort, projectId);
    if (share === null) {
      return null;
    }
    try {
      const where = { kind: 'payload', projectId, id, bytes } as const;
      const envelope = await openStored(this.pool, this.keys, where);
      const { head, body: stored } = unpackContent(envelope);
      const body = await plannedBody(claim, stored, head);
      const { headers, trace } = head;
      return { headers, body: new OneTimeBody(body, () => share.release()), trace };
    } catch (error) {
      share.release();
      throw asReadError(error);
    }
  }
}
