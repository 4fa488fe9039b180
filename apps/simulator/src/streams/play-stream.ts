import type { Answer } from '../answers/answer-content.js';
import { answerFor } from '../answers/answer.js';
import { DONE, EVENT_STREAM, prepare, streamEventsOf } from '../answers/prepared-answer.js';
import type { ChatRequest } from '../answers/chat-request.js';
import type { Exchange } from '../steps/exchange.js';
import type { ConnectionBreak, GenerationScript } from './generation-script.js';
import { playGeneration } from './play-generation.js';
import { printEvent, type StreamEvent } from './stream-event.js';
import type { StreamBreak, StreamPlan } from './stream-plan.js';
import { type Ending, StreamWriter, type TimedText } from './stream-writer.js';

const SECOND_MS = 1_000;
const GARBAGE = 'data: {"id":"chatcmpl-1","cho\n\n';
const ERROR_MESSAGE = 'The simulated provider failed within its stream.';

/**
 * Answers a call for a stream as a plan says.
 *
 * @param plan the plan
 * @param exchange the call
 */
export function playStream(plan: StreamPlan, exchange: Exchange): void {
  const { chat, response } = exchange;
  const answer = answerOf(plan, exchange);
  if (chat.generate !== undefined) {
    const oddity = plan.traits.has('forget') ? ({ kind: 'forget' } as const) : null;
    const generation = chat.generate(answer, oddity, (events) =>
      generationScriptOf(plan, chat, events),
    );
    playGeneration(generation, exchange, plan.traits.has('json'));
    return;
  }
  if (plan.traits.has('json')) {
    const whole = prepare({ ...chat, stream: false }, 'plain', null, 0, answer);
    exchange.send(200, whole.contentType, Buffer.from(whole.pieces.join('')));
    return;
  }
  response.writeHead(200, exchange.providerHeaders({ 'content-type': EVENT_STREAM }));
  // The head goes out before the first token is due.
  response.flushHeaders();
  const { texts, ending } = scriptOf(plan, chat, answer);
  const writer = new StreamWriter(response, plan.traits, texts, () => {
    if (ending === 'cut') {
      exchange.break('cut');
    } else if (ending === 'end') {
      response.end();
    }
  });
  exchange.onClose(() => writer.stop());
  writer.start();
}

/**
 * The answer that a plan comes to. Its text follows from the request, the number of the call and the place of each
 * token, so that the words of two attempts can be told apart.
 *
 * @param plan the plan
 * @param exchange the call
 */
export function answerOf(plan: StreamPlan, exchange: Exchange): Answer {
  const { traits } = plan;
  if (traits.has('tools') || traits.has('double-index') || traits.has('name-parts')) {
    return answerFor(exchange.chat, 'tools');
  }
  const content = Array.from(
    { length: plan.tokens },
    (_, index) => `${exchange.mark}-${String(index)}`,
  ).join(' ');
  return { content, toolCall: null };
}

/** The texts of a stream with their times, and how it ends. */
function scriptOf(
  plan: StreamPlan,
  chat: ChatRequest,
  answer: Answer,
): { texts: TimedText[]; ending: Ending } {
  const { traits, breaks } = plan;
  const events = streamEventsOf(chat, answer, traits).filter(
    ({ part }) => part !== 'finish' || !traits.has('no-finish'),
  );
  const timed = timesOf(plan, events);
  const print = (event: StreamEvent): string => printEvent(event, traits);
  const texts = timed.map(([event, atMs]): TimedText => ({ text: print(event), atMs }));
  if (breaks !== null) {
    const kept = texts.slice(0, breaks.after);
    const atMs = texts[Math.min(breaks.after, texts.length) - 1]?.atMs ?? 0;
    const { text, ending } = breakOf(breaks, chat, kept.length);
    return { texts: [...kept, { text, atMs }], ending };
  }
  if (traits.has('eof-mid-event')) {
    const place = events.findLastIndex(({ part }) => part === 'finish');
    const { text = '', atMs = 0 } = texts[place] ?? {};
    const half = text.slice(0, Math.floor(text.length / 2));
    return { texts: [...texts.slice(0, place), { text: half, atMs }], ending: 'end' };
  }
  const hasDone = chat.endsItself !== true && !traits.has('no-done');
  const atMs = texts.at(-1)?.atMs ?? 0;
  return { texts: hasDone ? [...texts, { text: DONE, atMs }] : texts, ending: 'end' };
}

/**
 * The script of a generation in the background. What breaks a connection breaks each one that shows it, and the
 * generation goes on; an error is the generation's own end.
 *
 * @param plan the plan
 * @param chat the request
 * @param all the events of a good answer
 */
export function generationScriptOf(
  plan: StreamPlan,
  chat: ChatRequest,
  all: readonly StreamEvent[],
): GenerationScript {
  const { traits, breaks, ttlMs } = plan;
  const events = all.filter(({ part }) => part !== 'finish' || !traits.has('no-finish'));
  const texts = timesOf(plan, events).map(([event, atMs]): TimedText => ({
    text: printEvent(event, traits),
    atMs,
  }));
  const script = { texts, lastsMs: lastsMsOf(texts), failure: null, ttlMs, breaks: null, traits };
  if (breaks === null) {
    const half = halfOfLast(texts, events);
    return traits.has('eof-mid-event') ? { ...script, breaks: half } : script;
  }
  const { after } = breaks;
  const { text, ending } = breakOf(breaks, chat, Math.min(after, texts.length));
  if (breaks.kind !== 'error' && breaks.kind !== 'finish-error') {
    return { ...script, breaks: { after, ending, text } };
  }
  const kept = texts.slice(0, after);
  const lastsMs = lastsMsOf(kept);
  const failure = breaks.code === '' ? 'server_error' : breaks.code;
  return { ...script, texts: [...kept, { text, atMs: lastsMs }], lastsMs, failure };
}

const lastsMsOf = (texts: readonly TimedText[]): number => texts.at(-1)?.atMs ?? 0;

function halfOfLast(texts: readonly TimedText[], events: readonly StreamEvent[]): ConnectionBreak {
  const after = events.findLastIndex(({ part }) => part === 'finish');
  const { text = '' } = texts[after] ?? {};
  return { after, ending: 'end', text: text.slice(0, Math.floor(text.length / 2)) };
}

/** Each event with its time. */
function timesOf(plan: StreamPlan, events: readonly StreamEvent[]): [StreamEvent, number][] {
  const msPerToken = plan.perSecond === null ? 0 : SECOND_MS / plan.perSecond;
  let tokens = 0;
  let atMs = 0;
  return events.map((event) => {
    if (event.part !== 'around') {
      atMs = plan.ttftMs + (tokens > 0 ? plan.reasoningMs : 0) + tokens * msPerToken;
      tokens += event.part === 'token' ? 1 : 0;
    }
    return [event, atMs];
  });
}

function breakOf(
  { kind, code }: StreamBreak,
  chat: ChatRequest,
  number: number,
): { text: string; ending: Ending } {
  switch (kind) {
    case 'cut':
      return { text: '', ending: 'cut' };
    case 'stall':
      return { text: '', ending: 'stall' };
    case 'garbage':
      return { text: GARBAGE, ending: 'end' };
    case 'error': {
      const error = {
        message: ERROR_MESSAGE,
        type: 'server_error',
        param: null,
        code: /^\d+$/.test(code) ? Number(code) : code,
      };
      const text =
        chat.endsItself === true
          ? `event: error\ndata: ${JSON.stringify({ ...error, type: 'error', sequence_number: number, error })}\n\n`
          : `data: ${JSON.stringify({ error })}\n\n`;
      return { text, ending: 'end' };
    }
    case 'finish-error':
      return { text: finishError(chat, number), ending: 'end' };
  }
}

function finishError(chat: ChatRequest, number: number): string {
  if (chat.endsItself === true) {
    const type = 'response.failed';
    const error = { code: 'server_error', message: ERROR_MESSAGE };
    const response = { object: 'response', status: 'failed', output: [], error };
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, response })}\n\n`;
  }
  const choice = { index: 0, delta: {}, text: '', finish_reason: 'error' };
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [choice] })}\n\n${DONE}`;
}
