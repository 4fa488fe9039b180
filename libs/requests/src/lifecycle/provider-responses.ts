import type { RequestMode } from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run } from '@reqrun/platform/database';

import { unpackContent } from '../content/content-frame.js';
import { KEEP_RESPONSE, SETTLE_RESPONSE, TAKE_ABANDONED } from '../sql/provider-responses.js';
import { CLOSE_LOG } from '../sql/streams.js';
import type { Claim, RunningResponse } from './claim.js';

/** A response that nothing waits for any more, and that is to be canceled at its provider. */
export interface AbandonedResponse {
  /** UUID of its request. */
  requestId: string;
  /** Number of the attempt that began it, or waited for it last. */
  attempt: number;
  projectId: string;
  mode: RequestMode;
  /** UUIDs of the providers that the request names, one of which has begun it; none for the default one. */
  providerIds: readonly (string | null)[];
  response: RunningResponse;
  /** Headers of the caller, as they went up with the call; empty where the body is large or gone. */
  headers: Readonly<Record<string, string>>;
}

interface AbandonedRow {
  [column: string]: unknown;
  request_id: string;
  number: number;
  provider_response_id: string;
  provider_target: string;
  project_id: string;
  mode: RequestMode;
  provider_ids: (string | null)[] | null;
  ciphertext: Buffer | null;
}

/** Rows per statement: each is a call. */
const BATCH = 50;
/** Largest payload that is read for its headers, in bytes. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** Records of responses that run in the background at providers. */
export class ProviderResponses {
  /**
   * @param pool the database
   * @param keys the data keys of the bodies
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
  ) {}

  /**
   * Commits the id of a response, so that any worker can wait for it from now on.
   *
   * @param claim the attempt that began it, whoever owns its request by now
   * @param response the response
   * @returns false when there is no such attempt any more
   * @throws DatabaseError
   */
  async keep({ id, attempt }: Claim, response: RunningResponse): Promise<boolean> {
    const statement = { name: 'requests-keep-response', text: KEEP_RESPONSE };
    const rows = await run(this.pool, statement, [id, attempt, response.id, response.target]);
    return rows.length > 0;
  }

  /**
   * Closes the log of a running attempt that goes on without it.
   *
   * @param claim the attempt
   * @param log number of the log
   * @param responseId id of the response whose frames it has
   * @returns false when its worker has lost the request
   * @throws DatabaseError
   */
  async closeLog({ id, fence }: Claim, log: number, responseId: string): Promise<boolean> {
    const statement = { name: 'streams-close-log', text: CLOSE_LOG };
    const rows = await run(this.pool, statement, [id, fence, log, responseId]);
    return rows.length > 0;
  }

  /**
   * Takes on responses that nothing waits for. Another worker takes one on again only after a minute.
   *
   * @throws DatabaseError
   */
  async takeAbandoned(): Promise<AbandonedResponse[]> {
    const statement = { name: 'requests-take-abandoned', text: TAKE_ABANDONED };
    const rows = await run<AbandonedRow>(this.pool, statement, [BATCH, MAX_PAYLOAD_BYTES]);
    return Promise.all(
      rows.map(async (row) => ({
        requestId: row.request_id,
        attempt: row.number,
        projectId: row.project_id,
        mode: row.mode,
        providerIds: row.provider_ids ?? [],
        response: { id: row.provider_response_id, target: row.provider_target },
        headers: await this.headersOf(row),
      })),
    );
  }

  /**
   * Forgets a response that was canceled, or that can't be.
   *
   * @param abandoned the response
   * @throws DatabaseError
   */
  async settle({ requestId, attempt }: AbandonedResponse): Promise<void> {
    const statement = { name: 'requests-settle-response', text: SETTLE_RESPONSE };
    await run(this.pool, statement, [requestId, attempt]);
  }

  private async headersOf(row: AbandonedRow): Promise<AbandonedResponse['headers']> {
    if (row.ciphertext === null) {
      return {};
    }
    try {
      const { project_id: projectId, request_id: id, ciphertext } = row;
      return unpackContent(await this.keys.open(projectId, id, 'payload', ciphertext)).head.headers;
    } catch (error) {
      if (error instanceof UnreadableError) {
        return {};
      }
      throw error;
    }
  }
}
