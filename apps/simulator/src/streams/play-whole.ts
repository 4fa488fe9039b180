import { prepare } from '../answers/prepared-answer.js';
import { breakHalfway } from '../steps/broken-answers.js';
import type { Exchange } from '../steps/exchange.js';
import { answerOf } from './play-stream.js';
import type { StreamPlan } from './stream-plan.js';

/**
 * Answers a call that asks for no stream as near to a plan for one as that comes: after as long, with the same
 * text, and broken where the stream would be.
 *
 * @param plan the plan
 * @param exchange the call
 */
export function playWhole(plan: StreamPlan, exchange: Exchange): void {
  const { breaks, perSecond, ttftMs, reasoningMs, tokens } = plan;
  const lastsMs = ttftMs + reasoningMs + (perSecond === null ? 0 : (tokens * 1_000) / perSecond);
  const answer = answerOf(plan, exchange);
  const whole = prepare(exchange.chat, 'plain', null, 0, answer);
  const send = (): void => {
    switch (breaks?.kind) {
      case undefined:
        exchange.send(200, whole.contentType, Buffer.from(whole.pieces.join('')));
        return;
      case 'cut':
      case 'stall':
        breakHalfway(breaks.kind, exchange, whole);
        return;
      case 'error':
      case 'finish-error':
        exchange.sendJson(200, {
          error: { message: 'Simulated error.', type: 'server_error', code: breaks.code || null },
        });
        return;
      case 'garbage':
        exchange.send(200, 'application/json', '{"id":"chatcmpl-1","cho');
    }
  };
  const timer = setTimeout(send, lastsMs);
  exchange.onClose(() => clearTimeout(timer));
}
