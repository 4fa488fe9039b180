import type { LightAbortController } from '@reqrun/platform/abort';
import type { ByteBudget } from '@reqrun/platform/budget';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import { OneTimeBody } from '@reqrun/providers';
import { asReadError, type Claim, openStored, unpackContent } from '@reqrun/requests';

/** Content that goes to the provider. */
export interface CallContent {
  headers: Readonly<Record<string, string>>;
  body: Buffer | OneTimeBody;
}

/**
 * Opens what goes to the provider. Large bodies are read from the table one after the other, as there is
 * memory for them, and held until they are sent. How long the provider then takes costs no memory.
 */
export class CallContents {
  /**
   * @param pool the database
   * @param keys what bodies are sealed with
   * @param budget how many bytes of large bodies are held at once
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly budget: ByteBudget,
  ) {}

  /**
   * Opens the content of a claim.
   *
   * @param claim whose
   * @param abort ends the wait for memory
   * @returns null when the wait was ended
   * @throws UnreadableError when it is gone or can't be read, now or later; else what may pass
   */
  async open(claim: Claim, abort: LightAbortController): Promise<CallContent | null> {
    const { projectId, id, ciphertext } = claim;
    if (ciphertext === null) {
      return this.openLarge(claim, abort);
    }
    try {
      const { head, body } = unpackContent(
        await this.keys.open(projectId, id, 'payload', ciphertext),
      );
      return { headers: head.headers, body };
    } catch (error) {
      throw asReadError(error);
    }
  }

  private async openLarge(
    { projectId, id, sealedBytes: bytes }: Claim,
    abort: LightAbortController,
  ): Promise<CallContent | null> {
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
      const { head, body } = unpackContent(envelope);
      return { headers: head.headers, body: new OneTimeBody(body, () => share.release()) };
    } catch (error) {
      share.release();
      throw asReadError(error);
    }
  }
}
