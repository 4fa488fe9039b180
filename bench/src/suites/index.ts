import { measurementSection } from '../report.js';
import { asynchronous } from './async.js';
import { flood } from './flood.js';
import { hostile } from './hostile.js';
import { large } from './large.js';
import { latency } from './latency.js';
import { lists } from './lists.js';
import { overload } from './overload.js';
import { peers } from './peers.js';
import { rows } from './rows.js';
import { sizes } from './sizes.js';
import type { Study, Suite } from './suite.js';
import { sync } from './sync.js';

const measured =
  (title: string, suite: Suite): Study =>
  async (options) => [measurementSection(title, await suite(options))];

/** Every suite by the name it is asked for. */
export const STUDIES: Readonly<Record<string, Study>> = {
  sync: measured('Waited calls', sync),
  async: measured('Accepted calls', asynchronous),
  sizes: measured('Large prompts', sizes),
  latency: measured('Latency at a fixed rate (open loop)', latency),
  peers,
  rows,
  overload,
  large,
  lists,
  flood,
  hostile,
};

/** Those that run when none is named. */
export const USUAL: readonly string[] = ['sync', 'async', 'sizes', 'latency'];

/** What can be asked for and can't be measured, and why. */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  stream:
    'Durable streams can not be measured: ReqRun does not stream yet and answers `stream: true` with 400.',
};
