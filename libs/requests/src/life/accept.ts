import type { RequestMode, RequestStatus } from '@reqrun/contracts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import {
  DatabaseError,
  type Pool,
  run,
  type Statement,
  toDatabaseError,
} from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import { GroupedCall } from '@reqrun/platform/grouping';

import { packBlobs } from '../blob-pack.js';
import { type EnvelopeHead, packEnvelope } from '../envelope.js';
import { compareText } from '../compare-text.js';
import { plainArray } from '../plain-array.js';
import type { RequestPolicy } from '../policy.js';
import { ACCEPT, acceptAndRing, READ_EXISTING } from '../sql/transitions.js';

/** A request that is to be accepted. */
export interface NewRequest {
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
  /** The body that goes to the provider, byte for byte. */
  body: Buffer;
  /** Headers of the caller that go up with it. */
  headers: EnvelopeHead['headers'];
}

/** What accepting came to. */
export type Acceptance =
  | {
      kind: 'accepted';
      request: AcceptedRequest;
      /** The commit itself has told the workers. */
      rung?: true;
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
}

interface ExistingRow {
  asked_id: string;
  id: string;
  status: RequestStatus;
  model: string;
  attempts: number;
  created_at: Date;
  fingerprint: Buffer | null;
}

interface Sealed {
  request: NewRequest;
  payload: Buffer;
}

const MAX_GROUP = 256;
const MAX_GROUP_BYTES = 8 * 1024 * 1024;
/** How long a commit whose answer was lost is sent again before the client hears of it. */
const RESEND_DELAYS_MS = [50, 150, 400, 1_000, 2_000];

const ACCEPT_ONLY: Statement = { name: 'requests-accept', text: ACCEPT };

/** The database was lost during a commit and did not come back in time to be asked what came of it. */
export class AcceptanceUnknownError extends Error {
  override name = 'AcceptanceUnknownError';

  constructor() {
    super('the database was lost while a request was being committed');
  }
}

/** A commit may or may not have happened: the same ids must be sent again. */
class UncertainCommit extends Error {
  constructor(readonly reason: DatabaseError) {
    super(reason.message);
  }
}

/** How much may wait to be committed in one process. */
export interface PendingLimits {
  /** Payload bytes, beyond which nothing more is taken. */
  bytes: number;
  /** Calls that wait for a group to take them. */
  calls: number;
}

/** Accepts requests durably; those that arrive close in time share a commit. */
export class RequestAcceptor {
  private readonly group: GroupedCall<Sealed, Acceptance>;
  private readonly ringing: Statement | null;

  /**
   * @param pool the database
   * @param keys what payloads are sealed with
   * @param limits how much may wait to be committed
   * @param doorbell the channel to ring on within the commit of a request that comes alone; null
   *   leaves all ringing to the caller
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly limits: PendingLimits,
    doorbell: string | null = null,
  ) {
    this.ringing =
      doorbell === null
        ? null
        : { name: 'requests-accept-and-ring', text: acceptAndRing(doorbell) };
    this.group = new GroupedCall<Sealed, Acceptance>({
      run: (items) => this.acceptGroup(items),
      maxItems: MAX_GROUP,
      maxBytes: MAX_GROUP_BYTES,
      sizeOf: ({ payload }) => payload.length,
      compare: (a, b) => compareKeys(a.request, b.request),
      isItemError: (error) => error instanceof DatabaseError && error.kind === 'data',
      isTransient: (error) => error instanceof DatabaseError && error.kind === 'conflict',
    });
  }

  /**
   * Whether taking one more call is more than this process should hold. One alone is always taken,
   * whatever its size.
   *
   * @param bytes of its body
   * @param arriving bytes of other bodies that are still being read
   */
  isFull(bytes: number, arriving = 0): boolean {
    const held = this.group.pendingBytes + arriving;
    return (
      this.group.pendingItems >= this.limits.calls || (held > 0 && held + bytes > this.limits.bytes)
    );
  }

  /**
   * Commits a request, or finds the one that its idempotency key belongs to. Only what this
   * resolves with may be told to a client.
   *
   * @param request what to accept
   * @throws DatabaseError of kind `unavailable` when it was not accepted, AcceptanceUnknownError when
   *   it may have been
   */
  async accept(request: NewRequest): Promise<Acceptance> {
    const payload = await this.keys
      .seal(
        request.projectId,
        request.id,
        'payload',
        ...packEnvelope({ headers: request.headers }, request.body),
      )
      .catch((error: unknown) => {
        throw toDatabaseError(error);
      });
    return this.group.call({ request, payload });
  }

  private async acceptGroup(items: readonly Sealed[]): Promise<Acceptance[]> {
    let inDoubt = false;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.acceptOnce(items);
      } catch (error) {
        const reason = error instanceof UncertainCommit ? error.reason : toDatabaseError(error);
        inDoubt ||= error instanceof UncertainCommit;
        const delay = RESEND_DELAYS_MS[tries];
        if (!inDoubt || reason.kind !== 'unavailable') {
          throw reason;
        }
        // Once a commit is in doubt, that the database can't be reached answers nothing.
        if (delay === undefined) {
          throw new AcceptanceUnknownError();
        }
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  private async acceptOnce(items: readonly Sealed[]): Promise<Acceptance[]> {
    // No connection: nothing was sent, so there is nothing to doubt.
    const client = await this.pool.connect().catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    let broken = false;
    try {
      const requests = items.map(({ request }) => request);
      const payloads = packBlobs(items.map(({ payload }) => payload));
      // One that commits alone holds up nobody with the lock that NOTIFY takes.
      const ringing = items.length === 1 ? this.ringing : null;
      failpoint('accept.before');
      const inserted = await run<{ id: string; created_at: Date }>(client, ringing ?? ACCEPT_ONLY, [
        plainArray(requests.map(({ id }) => id)),
        plainArray(requests.map(({ projectId }) => projectId)),
        plainArray(requests.map(({ apiKeyId }) => apiKeyId)),
        plainArray(requests.map(({ mode }) => mode)),
        requests.map(({ endpoint }) => endpoint),
        requests.map(({ model }) => model),
        requests.map(({ idempotencyKey }) => idempotencyKey),
        plainArray(requests.map(({ fingerprint }) => fingerprint?.toString('hex') ?? null)),
        requests.map(({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))),
        plainArray(requests.map(({ policy }) => policy.count)),
        requests.map(({ policy }) => `{${policy.onCodes.join(',')}}`),
        plainArray(requests.map(({ policy }) => policy.onLost)),
        plainArray(requests.map(({ policy }) => policy.callTimeoutMs)),
        plainArray(requests.map(({ policy }) => policy.deadlineMs)),
        plainArray(payloads.offsets),
        plainArray(payloads.lengths),
        payloads.all,
      ]);
      failpoint('accept.after');
      const createdAt = new Map(inserted.map((row) => [row.id, row.created_at]));
      const left = requests.filter(({ id }) => !createdAt.has(id));
      const existing = left.length === 0 ? [] : await readExisting(client, left);
      return requests.map((request) => {
        const created = createdAt.get(request.id);
        if (created !== undefined) {
          const accepted = acceptedNow(request, created);
          return ringing === null
            ? { kind: 'accepted', request: accepted }
            : { kind: 'accepted', request: accepted, rung: true };
        }
        return judgeExisting(
          request,
          existing.filter((row) => row.asked_id === request.id),
        );
      });
    } catch (error) {
      const reason = toDatabaseError(error);
      broken = reason.kind === 'unavailable';
      throw broken ? new UncertainCommit(reason) : reason;
    } finally {
      client.release(broken);
    }
  }
}

function readExisting(
  client: Parameters<typeof run>[0],
  requests: readonly NewRequest[],
): Promise<ExistingRow[]> {
  return run<ExistingRow>(client, { name: 'requests-read-existing', text: READ_EXISTING }, [
    requests.map(({ id }) => id),
    requests.map(({ projectId }) => projectId),
    requests.map(({ mode }) => mode),
    requests.map(({ idempotencyKey }) => idempotencyKey),
  ]);
}

function judgeExisting(request: NewRequest, rows: readonly ExistingRow[]): Acceptance {
  const own = rows.find((row) => row.id === request.id);
  const row = own ?? rows[0];
  if (row === undefined) {
    // The winner was deleted in between: as a conflict of statements, the group is sent again.
    throw new DatabaseError('conflict', null);
  }
  const found: AcceptedRequest = {
    id: row.id,
    status: row.status,
    model: row.model,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
  if (own !== undefined) {
    return { kind: 'accepted', request: found };
  }
  const same =
    row.fingerprint !== null &&
    request.fingerprint !== null &&
    row.fingerprint.equals(request.fingerprint);
  return same ? { kind: 'joined', request: found } : { kind: 'conflict' };
}

function acceptedNow(request: NewRequest, createdAt: Date): AcceptedRequest {
  return { id: request.id, status: 'queued', model: request.model, attempts: 0, createdAt };
}

/** The order in which every group takes its locks: that of the unique keys. */
function compareKeys(a: NewRequest, b: NewRequest): number {
  return (
    compareText(a.projectId, b.projectId) ||
    compareText(a.mode, b.mode) ||
    compareText(a.idempotencyKey ?? '', b.idempotencyKey ?? '') ||
    compareText(a.id, b.id)
  );
}
