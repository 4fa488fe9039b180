import type { LanePhase, LaneState } from '@reqrun/retry-policy';

/** A lane: a model of a provider. Its calls share the provider's limits and outages. */
export interface LaneName {
  readonly projectId: string;
  /** UUID of the provider. */
  readonly providerId: string;
  /** Model as the provider is asked for it; empty for the provider as a whole, all its models together. */
  readonly model: string;
  /** True when the provider is the default one of its project. */
  readonly isDefault: boolean;
}

/** A lane that has a row. */
export interface Lane {
  readonly id: string;
  readonly projectId: string;
  readonly providerId: string;
  /** Empty for the provider as a whole. */
  readonly model: string;
  /** Hash of the places with requests that name the provider, as text. */
  readonly named: string;
  /** Hash of the places with requests for the default provider, where this is it. */
  readonly asDefault: string | null;
  readonly state: LaneState;
}

/** Row of a lane. Times are Unix ms. */
export interface LaneRow {
  [column: string]: unknown;
  id: string;
  project_id: string;
  provider_id: string;
  model: string;
  /** A bigint in the statements of the admin API. */
  named: string | bigint;
  as_default: string | bigint | null;
  phase: LanePhase;
  generation: number;
  reason: string | null;
  since: number;
  rate: number | null;
  growth: number;
  top_rate: number;
  level: number;
  level_at: number;
  cap: number;
  hold_until: number | null;
  started: string;
  probe_at: number | null;
  max_calls: number | null;
  memory: Partial<LaneMemory>;
  /** Time of the database. */
  now: number;
}

/** Members of the state that have no column. */
type LaneMemory = Pick<
  LaneState,
  | 'cooldownMs'
  | 'failures'
  | 'failingSinceMs'
  | 'usualFailures'
  | 'window'
  | 'limitedAtMs'
  | 'loweredAtMs'
  | 'isStrained'
  | 'lastError'
  | 'tokensPerCall'
  | 'setLimits'
>;

/**
 * Converts a row to a lane.
 *
 * @param row the row
 */
export function toLane(row: LaneRow): Lane {
  const { memory } = row;
  return {
    id: row.id,
    projectId: row.project_id,
    providerId: row.provider_id,
    model: row.model,
    named: String(row.named),
    asDefault: row.as_default === null ? null : String(row.as_default),
    state: {
      phase: row.phase,
      reason: row.reason,
      generation: row.generation,
      sinceMs: row.since,
      rate: row.rate,
      growth: row.growth,
      topRate: row.top_rate,
      level: row.level,
      levelAtMs: row.level_at,
      cap: row.cap,
      holdUntilMs: row.hold_until,
      started: Number(row.started),
      probeAtMs: row.probe_at,
      cooldownMs: memory.cooldownMs ?? 0,
      failures: memory.failures ?? 0,
      failingSinceMs: memory.failingSinceMs ?? null,
      usualFailures: memory.usualFailures ?? 0,
      window: memory.window ?? { sinceMs: row.since, calls: 0, failures: 0 },
      limitedAtMs: memory.limitedAtMs ?? null,
      loweredAtMs: memory.loweredAtMs ?? null,
      isStrained: memory.isStrained ?? false,
      lastError: memory.lastError ?? null,
      tokensPerCall: memory.tokensPerCall ?? null,
      setLimits: memory.setLimits ?? null,
    },
  };
}

/**
 * Converts a state to the columns of its row.
 *
 * @param id of the lane
 * @param state the state
 */
export function toColumns(id: string, state: LaneState): Record<string, unknown> {
  const { phase, reason, generation, sinceMs, rate, growth, topRate, level, levelAtMs, cap } =
    state;
  const { holdUntilMs, started, probeAtMs, ...rest } = state;
  const memory: LaneMemory = {
    cooldownMs: rest.cooldownMs,
    failures: rest.failures,
    failingSinceMs: rest.failingSinceMs,
    usualFailures: rest.usualFailures,
    window: rest.window,
    limitedAtMs: rest.limitedAtMs,
    loweredAtMs: rest.loweredAtMs,
    isStrained: rest.isStrained,
    lastError: rest.lastError,
    tokensPerCall: rest.tokensPerCall,
    setLimits: rest.setLimits,
  };
  return {
    ...{ id, phase, reason, generation, since: sinceMs, rate, growth, top_rate: topRate, level },
    ...{ level_at: levelAtMs, cap, hold_until: holdUntilMs, started, probe_at: probeAtMs },
    ...{ max_calls: state.setLimits?.callsAtOnce ?? null, memory },
  };
}
