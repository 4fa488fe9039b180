import {
  type AttemptRow,
  type Check,
  type Evidence,
  faultsAround,
  grouped,
  type RequestRow,
} from './evidence.js';

/** Outcomes of an attempt that a fault on the provider's side can cause. */
const PROVIDER_TROUBLE = [
  'network_error',
  'timeout',
  'provider_response_invalid',
  'stream_truncated',
] as const;

/** Every call has its attempt, and every attempt its reason. */
export const everyCallExplained: Check = {
  name: '4 every provider call has an attempt, every attempt a reason',
  run: (evidence) =>
    [...evidence.requests.values()]
      .flatMap((request) => {
        const attempts = evidence.attempts.get(request.id) ?? [];
        return [
          ...wrongCalls(evidence, request, attempts),
          ...attempts.flatMap((attempt, index) =>
            unexplained(evidence, request, attempt, attempts[index - 1]),
          ),
          ...notAsScripted(evidence, request, attempts),
        ];
      })
      .concat(
        [...evidence.calls.keys()]
          .filter((id) => !evidence.requests.has(id))
          .map((id) => `the provider was called for ${id}, which does not exist`),
      ),
};

function wrongCalls(
  { calls }: Evidence,
  { id, on_lost }: RequestRow,
  attempts: readonly AttemptRow[],
): string[] {
  const wrong: string[] = [];
  const made = grouped(calls.get(id) ?? [], ({ key_number }) => String(key_number));
  const allowed = grouped(attempts, ({ call_number }) => String(call_number));
  for (const [number, list] of made) {
    const rows = allowed.get(number) ?? [];
    if (list.length > rows.length) {
      wrong.push(`${id}: ${list.length} calls numbered ${number}, but ${rows.length} attempts`);
    }
    if (on_lost === 'fail' && list.length > 1) {
      wrong.push(`${id}: on_lost is fail, and call ${number} was sent ${list.length} times`);
    }
  }
  for (const { number, call_number, http_status } of attempts) {
    if (http_status !== null && !made.has(String(call_number))) {
      wrong.push(`${id}: attempt ${number} has an answer that the provider did not give`);
    }
  }
  return wrong;
}

function unexplained(
  evidence: Evidence,
  { id, on_lost }: RequestRow,
  attempt: AttemptRow,
  before: AttemptRow | undefined,
): string[] {
  const wrong: string[] = [];
  const { number, outcome, started_at, ended_at, worker_id } = attempt;
  const worker = evidence.workers.get(worker_id) ?? 'unknown worker';
  const around = (victims: readonly string[]): boolean =>
    faultsAround(evidence, started_at.getTime(), (ended_at ?? started_at).getTime(), victims)
      .length > 0;
  if (outcome === 'lost' && !around([worker, 'postgres'])) {
    wrong.push(`${id}: attempt ${number} was lost with ${worker}, which no fault touched`);
  }
  if (outcome === 'released' && !around([worker, 'postgres'])) {
    wrong.push(`${id}: attempt ${number} was released by ${worker}, which no fault touched`);
  }
  if (before?.round === attempt.round) {
    if (before.decision !== 'retry' && before.decision !== 'fallback') {
      wrong.push(
        `${id}: attempt ${number} follows ${before.outcome}, decided ${before.decision ?? 'not at all'}`,
      );
    }
    if (before.outcome === 'lost' && on_lost === 'fail') {
      wrong.push(`${id}: on_lost is fail, and attempt ${number} follows a lost one`);
    }
    if (before.ended_at === null || before.ended_at > attempt.started_at) {
      wrong.push(`${id}: attempt ${number} began before the one before had ended`);
    }
  }
  return wrong;
}

/** Returns the deviations from the script for a request that no fault touched. */
function notAsScripted(
  evidence: Evidence,
  { id, tag, status, error_code }: RequestRow,
  attempts: readonly AttemptRow[],
): string[] {
  const expected = evidence.ledger.expectations.get(tag);
  if (expected === undefined) {
    return [`${id}: nobody sent a request tagged ${tag}`];
  }
  const wrong: string[] = [];
  let touched = attempts.some(({ outcome }) => outcome === 'lost' || outcome === 'released');
  for (const code of PROVIDER_TROUBLE) {
    const failed = attempts.filter(
      (attempt) =>
        attempt.outcome === 'failed' &&
        attempt.error_code === code &&
        // A stream that breaks has begun with a status.
        (attempt.http_status === null || code === 'stream_truncated'),
    );
    const unscripted = failed.length - (expected.scripted[code] ?? 0);
    touched ||= unscripted > 0;
    const blameless = failed.filter((attempt) => !providerTroubled(evidence, attempt));
    const count = unscripted - (failed.length - blameless.length);
    if (count > 0) {
      const which = blameless.map((attempt) => described(evidence, attempt)).join(', ');
      wrong.push(`${id} (${tag}): ${count} times ${code}, which nothing explains, among ${which}`);
    }
  }
  if (!touched && expected.status !== 'any') {
    if (status !== expected.status) {
      wrong.push(
        `${id} (${tag}): untouched, and ${status} (${error_code ?? ''}) instead of ${expected.status}`,
      );
    } else if (expected.attempts !== null && attempts.length !== expected.attempts) {
      wrong.push(
        `${id} (${tag}): untouched, and ${attempts.length} attempts instead of ${expected.attempts}`,
      );
    }
  }
  return wrong;
}

function described(
  { workers }: Evidence,
  { number, worker_id, started_at, ended_at }: AttemptRow,
): string {
  const tookMs = (ended_at ?? started_at).getTime() - started_at.getTime();
  const worker = workers.get(worker_id) ?? 'unknown worker';
  return `attempt ${number} of ${worker} at ${started_at.toISOString()}, ${tookMs} ms`;
}

function providerTroubled(
  evidence: Evidence,
  { worker_id, started_at, ended_at }: AttemptRow,
): boolean {
  const victims = ['provider', 'postgres', evidence.workers.get(worker_id) ?? ''];
  const until = (ended_at ?? started_at).getTime();
  return faultsAround(evidence, started_at.getTime(), until, victims).length > 0;
}
