/** What a client was told. */
export interface Told {
  readonly status: number;
  /** The request's id, where the answer is about an accepted one. */
  readonly id: string | null;
  /** `x-reqrun-attempts`; null on a 202. */
  readonly attempts: number | null;
  /** The SHA-256 of the body. */
  readonly hash: string;
  readonly errorCode: string | null;
  readonly retryAfter: string | null;
  readonly shouldRetry: string | null;
  readonly providerRequestId: string | null;
}

/** How a call ended: with an answer, with a broken connection, or because the client left. */
export type CallEnd =
  | { readonly kind: 'answer'; readonly told: Told }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken'; readonly code: string }
  | { readonly kind: 'left' };

/** One call of a client. */
export interface ClientCall {
  /** The request it is about, as the client knows it. */
  readonly tag: string;
  readonly what: 'post' | 'read' | 'cancel' | 'retry' | 'foreign';
  /** The process it went to. */
  readonly api: string;
  readonly key: string | null;
  /** Unix ms. */
  readonly sentAt: number;
  endedAt: number | null;
  end: CallEnd | null;
}

/** How a request should go when no fault touches it. */
export interface Expectation {
  readonly status: 'completed' | 'failed' | 'canceled' | 'any';
  /** Provider calls of a round; null where it depends on when the client does what. */
  readonly attempts: number | null;
  /** How often the script itself does what faults do too, by error code. */
  readonly scripted: Readonly<
    Partial<Record<'network_error' | 'timeout' | 'provider_response_invalid', number>>
  >;
  readonly onLost: 'retry' | 'fail';
}

/** What the harness's clients did and what they were told: the outside's view of the promise. */
export class Ledger {
  readonly calls: ClientCall[] = [];
  readonly expectations = new Map<string, Expectation>();
  /** The ids that were told to a client, by tag. */
  readonly ids = new Map<string, Set<string>>();

  /** Notes what a request should come to. */
  expect(tag: string, expectation: Expectation): void {
    this.expectations.set(tag, expectation);
  }

  /** Notes that a call begins. */
  begin(call: Pick<ClientCall, 'tag' | 'what' | 'api' | 'key'>): ClientCall {
    const entry: ClientCall = { ...call, sentAt: Date.now(), endedAt: null, end: null };
    this.calls.push(entry);
    return entry;
  }

  /** Notes how a call ended. */
  finish(call: ClientCall, end: CallEnd): void {
    call.endedAt = Date.now();
    call.end = end;
    if (call.what !== 'foreign' && end.kind === 'answer' && end.told.id !== null) {
      const ids = this.ids.get(call.tag) ?? new Set();
      ids.add(end.told.id);
      this.ids.set(call.tag, ids);
    }
  }

  /** Requests that a client was told the id of. */
  get accepted(): number {
    let count = 0;
    for (const ids of this.ids.values()) {
      count += ids.size;
    }
    return count;
  }

  /** Posts that may have been accepted without the client knowing, under way or broken. */
  inDoubt(): number {
    const tags = new Map<string, number>();
    for (const { what, tag, key, end } of this.calls) {
      // Posts of one key are one request at most, and none if a client knows its id.
      if (what === 'post' && leavesDoubt(end) && !(key !== null && this.ids.has(tag))) {
        tags.set(tag, key === null ? (tags.get(tag) ?? 0) + 1 : 1);
      }
    }
    return [...tags.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Behind the code of an error on a connection that had served an earlier call. */
export const ON_A_KEPT_CONNECTION = ' on a kept connection';

/**
 * Whether a client does not know if its post was accepted.
 *
 * @param end how the call ended; null while it is under way
 */
export function leavesDoubt(end: CallEnd | null): boolean {
  return end?.kind === 'answer'
    ? end.told.errorCode === 'acceptance_unknown'
    : end?.kind !== 'refused';
}
