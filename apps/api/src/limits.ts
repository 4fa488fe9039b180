/** What is too much for one call. */
export class ApiLimits {
  /** @param maxJsonDepth how deeply a body may be nested */
  constructor(readonly maxJsonDepth: number) {}
}
