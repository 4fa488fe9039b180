import type { PlannedModel } from './request-policy.js';

/**
 * Counts the models of a plan behind one of them.
 *
 * @param plan the plan; undefined where there is none
 * @param at index of the model
 */
export function modelsLeft(
  plan: readonly PlannedModel[] | undefined,
  at: number,
): { fallbacksLeft: number; otherProvidersLeft: number } {
  const here = plan?.[at];
  const behind = plan?.slice(at + 1) ?? [];
  return {
    fallbacksLeft: behind.length,
    otherProvidersLeft: behind.filter(({ provider }) => provider !== here?.provider).length,
  };
}

/**
 * Finds the model that follows by a fallback.
 *
 * @param plan the plan; undefined where there is none
 * @param at index of the model that failed
 * @param to the next one, or the next one of another provider
 * @returns null where there is none
 */
export function nextModel(
  plan: readonly PlannedModel[] | undefined,
  at: number,
  to: 'next' | 'other_provider',
): { model: string; planAt: number } | null {
  const here = plan?.[at];
  const planAt =
    plan?.findIndex(
      ({ provider }, index) => index > at && (to === 'next' || provider !== here?.provider),
    ) ?? -1;
  const next = plan?.[planAt];
  return next === undefined ? null : { model: next.model, planAt };
}
