import type { Schema } from '../../api/client';
import { plural } from '../../ui/format';

/** Outcome of the change of a selected request. */
export type Outcome = Schema<'CancelOutcome'>['outcome'] | Schema<'RetryOutcome'>['outcome'];

/** Words for each outcome, after a number of requests. The first two are what was asked for. */
const WORDS: Readonly<Record<Outcome, (requests: number) => string>> = {
  canceled: (n) => `${plural(n, 'request')} canceled`,
  retried: (n) => `${plural(n, 'request')} queued again`,
  already_ended: (n) => `${n} had ended already`,
  not_retryable: (n) => `${n} ${n === 1 ? 'was' : 'were'} running or completed`,
  result_expired: (n) => `${n} cannot run again, because retention has deleted the content`,
  provider_changed: (n) => `${n} left alone, because the provider has changed since`,
  not_found: (n) => `${n} deleted meanwhile`,
};

/**
 * Returns what has become of selected requests, as one sentence.
 *
 * @param outcomes the outcomes, in any order
 */
export function outcomeWords(outcomes: readonly Outcome[]): string {
  const parts = (Object.keys(WORDS) as Outcome[]).flatMap((outcome) => {
    const requests = outcomes.filter((its) => its === outcome).length;
    return requests === 0 ? [] : [WORDS[outcome](requests)];
  });
  return `${parts.join(', ')}.`;
}
