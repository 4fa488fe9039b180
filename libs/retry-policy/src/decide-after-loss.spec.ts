import fc from 'fast-check';

import { decideAfterLoss } from './decide-after-loss.js';
import { policyWith } from './testing/failures.js';

const RETRY = { action: 'retry' };
const fail = (reason: string) => ({ action: 'fail', reason });

describe('decideAfterLoss', () => {
  it.each([
    ['retry', 1, 1, RETRY],
    ['retry', 4, 60_000, RETRY],
    ['retry', 5, 60_000, fail('worker_lost')],
    ['retry', 6, 60_000, fail('worker_lost')],
    ['retry', 5, 0, fail('worker_lost')],
    ['retry', 1, 0, fail('deadline_exceeded')],
    ['retry', 4, -1, fail('deadline_exceeded')],
    ['fail', 1, 60_000, fail('outcome_unknown')],
    ['fail', 5, 60_000, fail('outcome_unknown')],
    ['fail', 1, 0, fail('outcome_unknown')],
  ] as const)(
    'on_lost %s, loss %i, %i ms before the deadline',
    (onLost, losses, msUntilDeadline, expected) => {
      expect(decideAfterLoss({ onLost }, { losses, msUntilDeadline })).toEqual(expected);
    },
  );

  it('a loss is retried even where the policy allows no retry at all', () => {
    const policy = policyWith({ count: 0, onCodes: [] });
    expect(decideAfterLoss(policy, { losses: 1, msUntilDeadline: 1_000 })).toEqual(RETRY);
  });

  it('ends every request after at most five losses', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer(), (losses, msUntilDeadline) => {
        const step = decideAfterLoss({ onLost: 'retry' }, { losses, msUntilDeadline });
        expect(step.action === 'retry').toBe(losses < 5 && msUntilDeadline > 0);
      }),
    );
  });
});
