import type { ReceivedFrame } from '../harness/stream-client.js';

/** An answer that a client got. */
export interface Told {
  readonly status: number;
  /** Id of the request, if the answer is about an accepted one. */
  readonly id: string | null;
  /** `x-reqrun-attempts`; null on a 202. */
  readonly attempts: number | null;
  /** SHA-256 of the body. */
  readonly hash: string;
  readonly errorCode: string | null;
  readonly retryAfter: string | null;
  readonly shouldRetry: string | null;
  readonly providerRequestId: string | null;
}

/** End of a call: an answer, a refused or broken connection, or the client's disconnect. */
export type CallEnd =
  | { readonly kind: 'answer'; readonly told: Told }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken'; readonly code: string }
  | { readonly kind: 'left' };

/** A stream that a client has read, to its end or until it left. */
export interface StreamRead {
  readonly tag: string;
  /** Id of the request. */
  readonly id: string;
  /** Cursor that it began after; null for the beginning. */
  readonly after: string | null;
  readonly frames: readonly ReceivedFrame[];
  /**
   * `silent` is an answer that HTTP ended, without a clean end or an error frame; `refused` a cursor that was said to
   * name no frame.
   */
  readonly end: 'clean' | 'error' | 'cut' | 'silent' | 'refused';
  readonly errorCode: string | null;
}

/** A call of a client. */
export interface ClientCall {
  /** Tag of its request, as the client knows it. */
  readonly tag: string;
  readonly what: 'post' | 'read' | 'cancel' | 'retry' | 'foreign';
  /** Name of the called process. */
  readonly api: string;
  readonly key: string | null;
  /** Time of sending, in Unix ms. */
  readonly sentAt: number;
  endedAt: number | null;
  end: CallEnd | null;
}

/** Expected course of a request that no fault touches. */
export interface Expectation {
  readonly status: 'completed' | 'failed' | 'canceled' | 'any';
  /** Provider calls per round; null if the number depends on the timing of the client. */
  readonly attempts: number | null;
  /** Number of failures that the script causes itself, by error code. Faults cause the same errors. */
  readonly scripted: Readonly<
    Partial<
      Record<'network_error' | 'timeout' | 'provider_response_invalid' | 'stream_truncated', number>
    >
  >;
  readonly onLost: 'retry' | 'fail';
}

/** Record of the clients' calls and their answers: the guarantees as seen from outside. */
export class Ledger {
  readonly calls: ClientCall[] = [];
  readonly expectations = new Map<string, Expectation>();
  /** Streams that clients read. */
  readonly streams: StreamRead[] = [];
  /** Ids that clients were told, by tag. */
  readonly ids = new Map<string, Set<string>>();

  /** Records the expected course of a request. */
  expect(tag: string, expectation: Expectation): void {
    this.expectations.set(tag, expectation);
  }

  /** Records the start of a call. */
  begin(call: Pick<ClientCall, 'tag' | 'what' | 'api' | 'key'>): ClientCall {
    const entry: ClientCall = { ...call, sentAt: Date.now(), endedAt: null, end: null };
    this.calls.push(entry);
    return entry;
  }

  /** Records the end of a call. */
  finish(call: ClientCall, end: CallEnd): void {
    call.endedAt = Date.now();
    call.end = end;
    if (call.what !== 'foreign' && end.kind === 'answer' && end.told.id !== null) {
      const ids = this.ids.get(call.tag) ?? new Set();
      ids.add(end.told.id);
      this.ids.set(call.tag, ids);
    }
  }

  /** Number of requests whose id a client knows. */
  get accepted(): number {
    let count = 0;
    for (const ids of this.ids.values()) {
      count += ids.size;
    }
    return count;
  }

  /** Number of open or broken posts that may have been accepted without the client's knowledge. */
  inDoubt(): number {
    const tags = new Map<string, number>();
    for (const { what, tag, key, end } of this.calls) {
      // Posts of one key are at most one request, and none if a client knows its id.
      if (what === 'post' && leavesDoubt(end) && !(key !== null && this.ids.has(tag))) {
        tags.set(tag, key === null ? (tags.get(tag) ?? 0) + 1 : 1);
      }
    }
    return [...tags.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Suffix of the code of an error on a connection that served an earlier call. */
export const ON_A_KEPT_CONNECTION = ' on a kept connection';

/**
 * Returns whether a client does not know if its post was accepted.
 *
 * @param end end of the call; null for an open call
 */
export function leavesDoubt(end: CallEnd | null): boolean {
  return end?.kind === 'answer'
    ? end.told.errorCode === 'acceptance_unknown'
    : end?.kind !== 'refused';
}
