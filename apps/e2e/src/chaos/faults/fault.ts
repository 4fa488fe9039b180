import type { Caller } from '../load/caller.js';
import type { Stage } from '../load/actor.js';
import type { Load } from '../load/load.js';
import type { Random } from '../random.js';
import type { System } from '../system/system.js';

/**
 * Target of a fault: a process by its name, or all of `workers`, `apis`, `postgres`, `redis`,
 * `provider` (the calls to it), `links`, `clients`.
 */
export type Victim = string;

/** Environment of a fault. */
export interface Arena {
  readonly system: System;
  readonly load: Load;
  readonly stage: Stage;
  readonly caller: Caller;
  /** Random numbers of this fault alone. */
  readonly random: Random;
  /** Position of the fault in the schedule, from 1. */
  readonly n: number;
}

/** A kind of fault. */
export interface Fault {
  readonly kind: string;
  /** Whether it needs a Redis. */
  readonly redis?: true;
  /** Whether it needs links between APIs and workers. */
  readonly links?: true;
  /** Approximate duration, in ms, over which the load is spread. */
  readonly estimateMs: number;
  /**
   * Causes the fault and heals it.
   *
   * @returns the victims
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
