import {
  MAX_CALL_TIMEOUT_MS,
  MAX_DEADLINE_MS,
  MAX_RETRY_COUNT,
  NEW_PROJECT_POLICY as DEFAULT,
} from '@reqrun/retry-policy';
import { str } from 'envalid';

import { type Environment, readSettings } from './read.js';
import { address, flag, integer, oneOf, statusList } from './validators.js';

/**
 * Settings of the first project, at its first start only; afterwards the database wins.
 * The second table in `docs/configuration.md` is generated from this list.
 */
export const firstProjectSettings = {
  OPENAI_BASE_URL: address(
    'http',
    'https',
  )({
    default: undefined,
    desc: "The first project's provider, with its /v1; OpenAI itself by default. Needs OPENAI_API_KEY.",
  }),
  OPENAI_API_KEY: str({
    default: undefined,
    desc: 'Its key. Without one the project runs against the simulator.',
  }),
  // A client that knows nothing of ReqRun takes a 202 for a broken answer: it throws, or asks again.
  REQRUN_DEFAULT_WAIT: oneOf(
    'auto',
    'true',
    'false',
  )({
    default: 'auto',
    desc: 'Whether calls wait unless they say no: auto means those of stock OpenAI SDKs.',
  }),
  REQRUN_DEFAULT_WAIT_TIMEOUT_MS: integer(
    1,
    240_000,
  )({ default: 240_000, desc: 'Wait of a call that waits and does not say how long.' }),
  REQRUN_RETRY_COUNT: integer(
    0,
    MAX_RETRY_COUNT,
  )({ default: DEFAULT.count, desc: 'Retries after the first attempt.' }),
  REQRUN_RETRY_ON_CODES: statusList({
    default: [...DEFAULT.onCodes],
    desc: 'Statuses that are retried.',
  }),
  REQRUN_RETRY_UNTIL_DEADLINE: flag({
    default: DEFAULT.untilDeadline,
    desc: 'Whether requests that nobody waits for and that name no retry are tried until their deadline.',
  }),
  REQRUN_ON_LOST: oneOf(
    'retry',
    'fail',
  )({
    default: 'retry',
    desc: 'What happens when a worker died with the provider call in flight: retry or fail.',
  }),
  REQRUN_CALL_TIMEOUT_MS: integer(
    1,
    MAX_CALL_TIMEOUT_MS,
  )({ default: DEFAULT.callTimeoutMs, desc: 'The longest provider call.' }),
  REQRUN_IDLE_TIMEOUT_MS: integer(
    1,
    MAX_CALL_TIMEOUT_MS,
  )({
    default: DEFAULT.idleTimeoutMs,
    desc: 'The longest silence within an answer once its headers have come.',
  }),
  REQRUN_DEADLINE_MS: integer(
    1,
    MAX_DEADLINE_MS,
  )({ default: DEFAULT.deadlineMs, desc: 'From acceptance to a terminal state.' }),
  REQRUN_PAYLOAD_RETENTION_DAYS: integer(
    1,
    3650,
  )({ default: 30, desc: 'Days that prompts and answers are kept.' }),
  REQRUN_RECORD_RETENTION_DAYS: integer(
    1,
    3650,
  )({ default: 90, desc: 'Days that the records are kept.' }),
};

/** Settings of the first project. */
export type FirstProjectConfig = ReturnType<typeof loadFirstProjectConfig>;

/**
 * Reads what the first project is set up with.
 *
 * @param environment where to read from
 * @throws ConfigError naming what is wrong
 */
export function loadFirstProjectConfig(environment: Environment = process.env) {
  return readSettings(environment, firstProjectSettings);
}
