import type { Caller } from '../load/caller.js';
import type { Stage } from '../load/actor.js';
import type { Load } from '../load/load.js';
import type { Random } from '../random.js';
import type { System } from '../system/system.js';

/**
 * What a fault may touch: a process by its name, or all of `workers`, `apis`, `postgres`, `redis`,
 * `provider` (the calls to it), `links`, `clients`.
 */
export type Victim = string;

/** Where faults happen. */
export interface Arena {
  readonly system: System;
  readonly load: Load;
  readonly stage: Stage;
  readonly caller: Caller;
  /** The n-th fault's own numbers. */
  readonly random: Random;
  /** The fault's place in the schedule, from 1. */
  readonly n: number;
}

/** One way to break the system. */
export interface Fault {
  readonly kind: string;
  /** Whether it needs a Redis. */
  readonly redis?: true;
  /** Whether it needs links between APIs and workers. */
  readonly links?: true;
  /** About how long it takes, in milliseconds: the load is spread over it. */
  readonly estimateMs: number;
  /**
   * Breaks and heals.
   *
   * @returns whom it touched
   */
  readonly run: (arena: Arena) => Promise<readonly Victim[]>;
}

/** A fault that happened; times in Unix ms. */
export interface FaultRecord {
  readonly n: number;
  readonly kind: string;
  readonly victims: readonly Victim[];
  readonly startedAt: number;
  readonly endedAt: number;
}
