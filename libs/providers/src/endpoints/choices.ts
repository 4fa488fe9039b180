import { isObject } from './endpoint-module.js';

/**
 * Tells whether every choice says itself that it is whole. One that says nothing may have been cut short.
 *
 * @param choices the member of a result
 * @param finishes values of `finish_reason` with which a choice is whole
 */
export const areWhole = (choices: unknown, finishes: ReadonlySet<unknown>): boolean =>
  Array.isArray(choices) &&
  choices.length > 0 &&
  (choices as unknown[]).every(
    (choice) => isObject(choice) && finishes.has(choice['finish_reason']),
  );
