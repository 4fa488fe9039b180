import { measurementSection } from '../report.js';
import { asynchronous } from './async.js';
import { cache } from './cache.js';
import { embeddings } from './embeddings.js';
import { flood } from './flood.js';
import { hostile } from './hostile.js';
import { LANE_STUDIES, lanes } from './lanes.js';
import { large } from './large.js';
import { latency } from './latency.js';
import { lists } from './lists.js';
import { memory } from './memory.js';
import { overload } from './overload.js';
import { peers } from './peers.js';
import { rows } from './rows.js';
import { sizes } from './sizes.js';
import type { Study, Suite } from './suite.js';
import { stream } from './stream.js';
import { sync } from './sync.js';
import { turns } from './turns.js';
import { telemetry } from './telemetry.js';

const measured =
  (title: string, suite: Suite): Study =>
  async (options) => [measurementSection(title, await suite(options))];

/** Suites by name. */
export const STUDIES: Readonly<Record<string, Study>> = {
  sync: measured('Waited calls', sync),
  async: measured('Accepted calls', asynchronous),
  sizes: measured('Large prompts', sizes),
  latency: measured('Latency at a fixed rate (open loop)', latency),
  cache: measured('The cache', cache),
  peers,
  rows,
  overload,
  large,
  embeddings,
  lists,
  memory,
  flood,
  hostile,
  stream,
  turns: measured('This checkout and another', turns),
  telemetry,
  lanes,
  ...LANE_STUDIES,
};

/** Names of the suites that run by default. */
export const USUAL: readonly string[] = ['sync', 'async', 'sizes', 'latency'];
