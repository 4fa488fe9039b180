import type { ServerResponse } from 'node:http';

import { answerFor } from '../answers/answer.js';
import type { Oddity } from '../answers/chat-request.js';
import { EVENT_STREAM } from '../answers/prepared-answer.js';
import type { Generation } from '../endpoints/stored-responses.js';
import type { Step } from '../script/script.js';
import type { Exchange } from '../steps/exchange.js';
import type { GenerationScript } from './generation-script.js';
import { NO_TRAITS, printEvent } from './stream-event.js';
import { StreamWriter, type TimedText } from './stream-writer.js';

/** Events that come before anything is said: the response is created, and in progress. */
const PREAMBLE = 2;

/**
 * Plays a step without a plan of its own on a call for a stream in the background.
 *
 * @param step the step
 * @param exchange the call
 * @returns whether it is such a step; any other is played as without the background
 */
export function playStepInBackground(step: Step, exchange: Exchange): boolean {
  const { chat } = exchange;
  const played = partsOf(step);
  if (played === null || chat.generate === undefined) {
    return false;
  }
  const { kind, oddity, lastsMs } = played;
  const generation = chat.generate(answerFor(chat, kind), oddity, (events) => {
    const texts = events.map((event, at): TimedText => ({
      text: printEvent(event, NO_TRAITS),
      atMs: at < PREAMBLE ? 0 : lastsMs,
    }));
    return { ...PLAIN, texts, lastsMs };
  });
  playGeneration(generation, exchange, false);
  return true;
}

/** Answer, oddity and duration of a generation. */
interface PlayedStep {
  readonly kind: 'plain' | 'echo' | 'tools';
  readonly oddity: Oddity | null;
  readonly lastsMs: number;
}

function partsOf(step: Step): PlayedStep | null {
  if (step.kind === 'echo' || step.kind === 'tools') {
    return { kind: step.kind, oddity: null, lastsMs: 0 };
  }
  if (step.kind === 'ok' || step.kind === 'odd') {
    return { kind: 'plain', oddity: step.kind === 'odd' ? step.oddity : null, lastsMs: 0 };
  }
  if (step.kind === 'slow' || step.kind === 'hang') {
    return { kind: 'plain', oddity: null, lastsMs: step.kind === 'slow' ? step.ms : Infinity };
  }
  return null;
}

const PLAIN: Omit<GenerationScript, 'texts' | 'lastsMs'> = {
  ...{ failure: null, ttlMs: Infinity, breaks: null, traits: NO_TRAITS },
};

/**
 * Answers the call that began a generation, with its stream.
 *
 * @param generation the generation
 * @param exchange the call
 * @param isPlain whether it is answered with the response as it begins, in spite of the stream that was asked for
 */
export function playGeneration(generation: Generation, exchange: Exchange, isPlain: boolean): void {
  if (isPlain) {
    exchange.sendJson(200, generation.begun);
    return;
  }
  const { response } = exchange;
  response.writeHead(200, exchange.providerHeaders({ 'content-type': EVENT_STREAM }));
  showGeneration(generation, response, 0, () => exchange.break('cut'));
}

/**
 * Shows the stream of a generation: what has been generated at once, the rest as it comes. Leaving it changes nothing.
 *
 * @param generation the generation
 * @param response the connection, whose head is written
 * @param from number of the first event that is shown
 * @param cut breaks the connection
 */
export function showGeneration(
  generation: Generation,
  response: ServerResponse,
  from: number,
  cut: () => void,
): void {
  const { script } = generation;
  if (script === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  const rest = script.texts.slice(from).filter(({ atMs }) => Number.isFinite(atMs));
  const { breaks } = script;
  const breaksHere = breaks !== null && rest.length > breaks.after ? breaks : null;
  const texts =
    breaksHere === null
      ? rest
      : [
          ...rest.slice(0, breaksHere.after),
          { text: breaksHere.text, atMs: rest[breaksHere.after - 1]?.atMs ?? 0 },
        ];
  const writer = new StreamWriter(
    response,
    script.traits,
    texts,
    () => {
      if (breaksHere?.ending === 'cut') {
        cut();
      } else if (breaksHere?.ending !== 'stall' && Number.isFinite(script.lastsMs)) {
        response.end();
      }
    },
    generation.elapsedMs,
  );
  const forget = generation.onCancel(() => {
    writer.stop();
    response.end();
  });
  response.once('close', () => {
    forget();
    writer.stop();
  });
  if (generation.isCanceled) {
    writer.stop();
    response.end();
    return;
  }
  writer.start();
}
