/** Models that `GET /v1/models` offers, one for each kind of failure that is worth a look. */
export const EXAMPLE_MODELS: readonly string[] = [
  'sim/ok',
  'sim/slow:800',
  'sim/echo',
  'sim/tools',
  'sim/429:retry-after=2,ok',
  'sim/429:insufficient_quota',
  'sim/500,503,ok',
  'sim/503',
  'sim/400:unsupported_value',
  'sim/401',
  'sim/timeout',
  'sim/stall,ok',
  'sim/reset,ok',
  'sim/cut,ok',
  'sim/html,ok',
  'sim/notjson,ok',
];
