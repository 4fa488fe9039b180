import type { Answer } from '../answers/answer-content.js';
import { wordsOf } from '../answers/completion.js';
import type { StreamEvent } from './stream-event.js';
import type { StreamPlan } from './stream-plan.js';

/**
 * The events of a completion that is streamed: its text word by word, the finish reason, the usage if it was asked
 * for (https://platform.openai.com/docs/api-reference/completions/object).
 *
 * @param body the whole completion
 * @param answer content of the answer
 * @param traits ways in which the events are odd
 * @param includeUsage whether the usage was asked for
 */
export function completionEvents(
  { choices: whole, usage, ...head }: { choices: readonly unknown[]; usage: unknown } & object,
  { content }: Answer,
  traits: StreamPlan['traits'],
  includeUsage: boolean,
): StreamEvent[] {
  const noUsage = includeUsage ? { usage: null } : {};
  const event = (
    part: StreamEvent['part'],
    index: number,
    text: string,
    reason: string | null,
  ): StreamEvent => ({
    type: null,
    data: {
      ...head,
      choices: [{ text, index, logprobs: null, finish_reason: reason }],
      ...noUsage,
    },
    part,
  });
  const words = wordsOf(content ?? '');
  const isMerged = traits.has('merged');
  return [
    ...whole.flatMap((_choice, index) => [
      ...words.map((word, at) =>
        isMerged && at === words.length - 1
          ? event('finish', index, word, 'stop')
          : event('token', index, word, null),
      ),
      ...(isMerged ? [] : [event('finish', index, '', 'stop')]),
    ]),
    ...(includeUsage
      ? [{ type: null, data: { ...head, choices: [], usage }, part: 'around' as const }]
      : []),
  ];
}
