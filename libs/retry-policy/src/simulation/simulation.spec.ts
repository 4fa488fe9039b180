import { httpFailure } from '../testing/failures.js';
import { requestPolicy, runOf, type ScriptedCall } from '../testing/recorded-runs.js';
import { PolicySimulation } from './simulation.js';
import type { PolicyChange } from './recorded.js';

const down: ScriptedCall = { failure: httpFailure(503), durationMs: 100 };
const refused: ScriptedCall = { failure: httpFailure(400), durationMs: 100 };
const answerIn = (durationMs: number): ScriptedCall => ({ failure: null, durationMs });

function resultOf(change: PolicyChange, ...courses: ScriptedCall[][]) {
  const simulation = new PolicySimulation(change);
  for (const a of courses) {
    simulation.add(runOf(requestPolicy(), { a }));
  }
  return simulation.result();
}

describe('a simulation', () => {
  it('of nothing counts nothing, and has no times', () => {
    expect(resultOf({})).toMatchObject({
      sampled: 0,
      actual: { completed: 0, failed: 0, duration_ms: { p50: null, p95: null } },
      simulated: { completed: 0, failed: 0, unknown: 0, duration_ms: { p50: null, p95: null } },
      of_failed: { would_retry: 0, added_delay_ms: { p50: null, p95: null } },
    });
  });

  it('counts each request once, by how it ended and how it would have', () => {
    const result = resultOf(
      { retry: { count: 4 }, callTimeoutMs: 1_000 },
      [down],
      [down],
      [refused],
      [answerIn(50)],
      [down, answerIn(50)],
      [answerIn(5_000)],
    );
    expect(result.sampled).toBe(6);
    expect(result.actual).toMatchObject({ completed: 3, failed: 3 });
    expect(result.of_failed).toMatchObject({ completed: 0, failed: 1, would_retry: 2 });
    expect(result.of_completed).toMatchObject({ completed: 2, failed: 0, would_retry: 1 });
    const { completed, failed, unknown } = result.simulated;
    expect([completed, failed, unknown]).toEqual([2, 1, 3]);
    expect(completed + failed + unknown).toBe(result.sampled);
  });

  it('says how much later the failed ones would have been called again', () => {
    const { of_failed: of } = resultOf({ retry: { count: 5 } }, [down], [down], [refused]);
    expect(of.added_delay_ms).toEqual({ p50: 8_000, p95: 8_000 });
    const { of_failed: sooner } = resultOf(
      { retry: { count: 1 }, fallbacks: [{ model: 'b', provider: null }] },
      [down],
    );
    expect(sooner.added_delay_ms.p50).toBeLessThan(0);
  });
});
