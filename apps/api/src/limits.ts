import type { JsonLimits } from '@reqrun/platform/json';

/** What is too much for one call. */
export class ApiLimits {
  /** @param json bounds of a body's structure */
  constructor(readonly json: JsonLimits) {}
}
