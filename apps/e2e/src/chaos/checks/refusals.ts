import { type CallEnd, type ClientCall, ON_A_KEPT_CONNECTION } from '../ledger.js';
import type { Check, Evidence } from './evidence.js';
import { faultsAround } from './evidence.js';

type Broken = Extract<CallEnd, { kind: 'broken' }>;

/** Statuses that a script, a cancel, or a key with another body can cause. */
const KNOWN = new Set([200, 202, 400, 401, 404, 409, 422, 429, 502, 503, 504]);

/** Nothing is accepted without a commit, and every refusal says when to retry. */
export const refusalsAreHonest: Check = {
  name: '6 nothing accepted without a commit; refusals say retry-after',
  run: (evidence) => [
    ...evidence.ledger.calls.flatMap(wrongAnswer),
    ...acceptedWithoutDatabase(evidence),
  ],
};

function wrongAnswer({ tag, what, end }: ClientCall): string[] {
  if (end?.kind !== 'answer' || what === 'foreign') {
    return [];
  }
  const { status, id, retryAfter, shouldRetry, errorCode } = end.told;
  if (!KNOWN.has(status)) {
    return [`${tag}: a ${what} was answered ${status} ${errorCode ?? ''}`];
  }
  const refused = id === null && (status === 503 || status === 429);
  const seconds = Number(retryAfter);
  if (refused && !(seconds >= 1 && seconds <= 60 && shouldRetry === 'true')) {
    return [`${tag}: ${status} ${errorCode ?? ''} with retry-after ${retryAfter ?? 'missing'}`];
  }
  if (what === 'post' && id === null && !refused && status !== 422) {
    return [`${tag}: a post was answered ${status} ${errorCode ?? ''} without an id`];
  }
  return [];
}

function acceptedWithoutDatabase({ ledger, outages }: Evidence): string[] {
  return outages.flatMap(({ from, until }) =>
    ledger.calls
      .filter(
        ({ what, sentAt, endedAt, end }) =>
          what === 'post' &&
          sentAt >= from &&
          endedAt !== null &&
          endedAt <= until &&
          end?.kind === 'answer' &&
          end.told.id !== null,
      )
      .map(({ tag }) => `${tag}: was accepted while no PostgreSQL ran`),
  );
}

/** Only a kill may end a process or break a connection. */
export const brokenConnectionsExplained: Check = {
  name: '9 a process ends, and a connection breaks, only from kill -9',
  run: (evidence) => [
    ...evidence.ownEnds.map(
      ({ name, at, code, said }) =>
        `${name} ended by itself at ${at.toISOString()} with ${code}: ${/^.*error.*$/im.exec(said)?.[0] ?? ''}`,
    ),
    ...unexplainedBreaks(evidence)
      .filter((call) => !crossed(call))
      .map(({ tag, what, api, end, sentAt, endedAt }) => {
        const when = [sentAt, endedAt ?? sentAt]
          .map((at) => new Date(at).toISOString())
          .join(' to ');
        return `${tag}: a ${what} to ${api} broke (${end.code}) though nothing killed it, ${when}`;
      }),
  ],
};

/**
 * Returns the number of calls that a client sent, on a kept connection or a new one, while a stopping server
 * closed. HTTP and TCP can't exclude that; clients repeat such a call (RFC 9112, 9.5).
 *
 * @param evidence the evidence
 * @returns number of calls
 */
export function callsThatCrossedWithTheEnd(evidence: Evidence): number {
  return unexplainedBreaks(evidence).filter(crossed).length;
}

/** Longest wait of a call on a closing server, in ms. The server overlooked a call that waits longer. */
const MOMENT_MS = 50;

const crossed = ({ end, sentAt, endedAt }: ClientCall & { end: Broken }): boolean =>
  end.code.endsWith(ON_A_KEPT_CONNECTION) || (endedAt ?? Infinity) - sentAt < MOMENT_MS;

/** Returns the calls whose connection broke without a kill of the server. */
function unexplainedBreaks(evidence: Evidence): readonly (ClientCall & { end: Broken })[] {
  return evidence.ledger.calls.flatMap((call) => {
    const { api, sentAt, endedAt, end } = call;
    const faults = faultsAround(evidence, sentAt, endedAt ?? sentAt, [api]);
    return end?.kind === 'broken' && faults.every(({ kind }) => kind.startsWith('rolling'))
      ? [{ ...call, end }]
      : [];
  });
}

/** Another project's key finds nothing. */
export const strangersSeeNothing: Check = {
  name: '10 another project sees, cancels and retries nothing',
  run: ({ ledger }) =>
    ledger.calls.flatMap(({ tag, what, end }) =>
      what === 'foreign' && end?.kind === 'answer' && ![404, 503].includes(end.told.status)
        ? [`${tag}: another project's call was answered ${end.told.status}`]
        : [],
    ),
};
