import type { Check, Evidence, Transition } from './evidence.js';

const NEXT: Readonly<Record<string, readonly string[]>> = {
  queued: ['processing', 'canceled', 'failed'],
  retrying: ['processing', 'canceled', 'failed'],
  processing: ['completed', 'failed', 'retrying', 'canceled'],
};
/** First fence by first status: a new record is queued, or its worker runs it at once. */
const FIRST_FENCE: Readonly<Record<string, number>> = { queued: 0, processing: 1 };
const TERMINAL = ['completed', 'failed', 'canceled'];

/** No state follows a terminal one, and each round has only the result of its winner. */
export const historyIsLegal: Check = {
  name: '3 a terminal state stays; one result per round; no gap, no late write',
  run: (evidence) => [
    ...[...evidence.transitions].flatMap(([id, steps]) =>
      illegalSteps(steps, evidence.requests.get(id)?.cached_from != null),
    ),
    ...wrongResults(evidence),
    ...wrongAttempts(evidence),
    ...evidence.rewrites.map(
      ({ id, number, old_outcome, new_outcome }) =>
        `${id}: attempt ${number} had ended as ${old_outcome} and was changed to ${new_outcome}`,
    ),
  ],
};

function illegalSteps(transitions: readonly Transition[], isHit: boolean): string[] {
  const wrong: string[] = [];
  for (const [index, step] of transitions.entries()) {
    const { id, old_status: from, new_status: to, old_round, new_round } = step;
    if (from === null || old_round === null) {
      const fence = isHit && to === 'completed' ? 0 : FIRST_FENCE[to];
      if (index > 0 || new_round !== 1 || step.new_fence !== fence) {
        wrong.push(`${id}: began as ${to} in round ${new_round} with fence ${step.new_fence}`);
      }
      continue;
    }
    const reopened =
      to === 'queued' && new_round === old_round + 1 && ['failed', 'canceled'].includes(from);
    // One that waited for another's answer completes without a call.
    const answered = isHit && from === 'queued' && to === 'completed';
    const legal = reopened || (new_round === old_round && (answered || NEXT[from]?.includes(to)));
    if (legal !== true) {
      const what = TERMINAL.includes(from) ? 'a terminal state changed' : 'an illegal step';
      wrong.push(`${id}: ${what}, ${from} to ${to} in round ${new_round}`);
    }
    if (step.new_fence <= (step.old_fence ?? -1)) {
      wrong.push(`${id}: ${from} to ${to} without a higher fence`);
    }
  }
  return wrong;
}

function wrongResults({ results, transitions }: Evidence): string[] {
  const wrong: string[] = [];
  for (const [id, writes] of results) {
    const rounds = new Set<number | null>();
    for (const { round, xact } of writes) {
      if (rounds.has(round)) {
        wrong.push(`${id}: round ${round ?? '?'} has two results`);
      }
      rounds.add(round);
      const ending = transitions
        .get(id)
        ?.find((step) => step.xact === xact && step.old_status === 'processing');
      if (ending === undefined || !TERMINAL.includes(ending.new_status)) {
        wrong.push(`${id}: a result was written by a transaction that did not end the request`);
      }
    }
  }
  return wrong;
}

function wrongAttempts({ requests, attempts, ledger }: Evidence): string[] {
  const wrong: string[] = [];
  for (const { id, status, attempts: count, round, cached_from } of requests.values()) {
    const rows = attempts.get(id) ?? [];
    if (rows.length !== count || rows.some(({ number }, index) => number !== index + 1)) {
      const numbers = rows.map(({ number }) => number).join(', ');
      wrong.push(`${id}: ${count} attempts, numbered ${numbers}`);
    }
    const won = rows.filter((row) => row.round === round && row.outcome === 'succeeded');
    const last = rows.at(-1);
    if (cached_from !== null) {
      if (count > 0 || status !== 'completed') {
        wrong.push(`${id}: a hit of the cache is ${status} with ${count} attempts`);
      }
      continue;
    }
    if (status === 'completed' && (won.length !== 1 || won[0] !== last)) {
      wrong.push(`${id}: completed with ${won.length} successful attempts in its round`);
    }
    if (status !== 'completed' && won.length > 0) {
      wrong.push(`${id}: ${status} though an attempt of its round succeeded`);
    }
    for (const { number, outcome } of rows) {
      if (outcome === 'running' && !(status === 'processing' && number === count)) {
        wrong.push(`${id}: attempt ${number} runs for ever`);
      }
    }
  }
  for (const { end } of ledger.calls) {
    if (end?.kind === 'answer' && end.told.status === 200 && end.told.providerRequestId !== null) {
      const { id, attempts: after, providerRequestId } = end.told;
      // A hit has made no attempt: it has the answer, and so the provider's id, of its source.
      const source = requests.get(id ?? '')?.cached_from ?? null;
      const winner =
        source === null
          ? attempts.get(id ?? '')?.find(({ number }) => number === after)
          : attempts.get(source)?.at(-1);
      if (winner?.provider_request_id !== providerRequestId) {
        wrong.push(`${id ?? '?'}: the answer is not that of the attempt that won`);
      }
    }
  }
  return wrong;
}
