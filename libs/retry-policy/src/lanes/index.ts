export { advance, isForgotten, settle } from './advance.js';
export { open, openingRun, PROBE_MS, ramp } from './breaker.js';
export { probeByHand, setLimits, startByHand, stopByHand } from './by-hand.js';
export type { CallReport, CallVerdict } from './call-report.js';
export {
  type LanePhase,
  type LaneState,
  newLane,
  refilled,
  roomOf,
  type SetLimits,
} from './lane-state.js';
export { BY_HAND } from './pacing.js';
export { type Limit, type Limits, readLimits } from './limits.js';
