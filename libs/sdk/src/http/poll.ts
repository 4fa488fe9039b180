import { numberOf } from '../errors.js';
import type { CallLimits } from './limits.js';
import { mayRetry, retryDelayMs } from './retry.js';
import type { HttpAnswer, HttpCall, Transport } from './transport.js';

/** Pause where an answer does not say when to ask again. */
const POLL_AFTER_MS = 1_000;
/** With less than this left there is no other look before the time is over. */
const LAST_LOOK_MS = 250;

/**
 * Asks until an answer is the last one, as often as the answers say. Once the first look has
 * succeeded, failures that may pass do not end it: a restart of the server is waited out.
 *
 * @param transport makes the calls
 * @param call what is asked
 * @param limits how long it may take
 * @param isLast whether an answer ends it
 * @param before the answer that said to ask, if there is one
 * @returns the last answer
 * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError
 */
export async function poll(
  transport: Transport,
  call: HttpCall,
  limits: CallLimits,
  isLast: (answer: HttpAnswer) => boolean,
  before?: HttpAnswer,
): Promise<HttpAnswer> {
  let hasSucceeded = before !== undefined;
  let failures = 0;
  let pauseMs = before === undefined ? 0 : pollAfterMs(before);
  for (;;) {
    if (pauseMs > 0) {
      await limits.pause(withinTime(pauseMs, limits.remainingMs));
    }
    try {
      const answer = await transport.send(call, limits);
      if (isLast(answer)) {
        return answer;
      }
      hasSucceeded = true;
      failures = 0;
      pauseMs = pollAfterMs(answer);
    } catch (error) {
      if (!hasSucceeded || !mayRetry(error, true)) {
        throw error;
      }
      pauseMs = retryDelayMs(error, failures);
      failures += 1;
    }
  }
}

function pollAfterMs({ response }: HttpAnswer): number {
  return numberOf(response.headers.get('openai-poll-after-ms')) ?? POLL_AFTER_MS;
}

/** Half of what is left, where the pause is longer: so that there is a look shortly before the end. */
function withinTime(pauseMs: number, remainingMs: number): number {
  return remainingMs < LAST_LOOK_MS ? remainingMs : Math.min(pauseMs, remainingMs / 2);
}
