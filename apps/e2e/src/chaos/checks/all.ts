import { cacheHitsAreTheirSources } from './cache.js';
import { everyCallExplained } from './calls.js';
import { countsAgree } from './counts.js';
import { everythingEnded } from './ended.js';
import type { Check } from './evidence.js';
import { historyIsLegal } from './history.js';
import { oneKeyOneResult } from './one-result.js';
import { brokenConnectionsExplained, refusalsAreHonest, strangersSeeNothing } from './refusals.js';
import { nothingLeaks, promptsStaySealed } from './residue.js';
import { streamsAreTheirLogs } from './streams.js';

/** All checks of a run. */
export const CHECKS: readonly Check[] = [
  everythingEnded,
  oneKeyOneResult,
  historyIsLegal,
  everyCallExplained,
  countsAgree,
  refusalsAreHonest,
  promptsStaySealed,
  nothingLeaks,
  brokenConnectionsExplained,
  strangersSeeNothing,
  cacheHitsAreTheirSources,
  streamsAreTheirLogs,
];
