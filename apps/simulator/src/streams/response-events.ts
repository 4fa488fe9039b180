import { wordsOf } from '../answers/completion.js';
import { isRecord } from '../answers/json.js';
import type { StreamEvent } from './stream-event.js';

type Fields = Readonly<Record<string, unknown>>;

/** Parts of an event before it is numbered. */
type Unnumbered = readonly [type: string, fields: Fields, part: StreamEvent['part']];

/**
 * The events of a response that is streamed (https://platform.openai.com/docs/api-reference/responses-streaming):
 * created, in progress, its one item with the text word by word, and the end with the whole response.
 *
 * @param whole the response as it ends
 */
export function responseEvents(whole: Fields): StreamEvent[] {
  const begun = { ...whole, status: 'in_progress', output: [], error: null, usage: null };
  const output = Array.isArray(whole['output']) ? (whole['output'] as unknown[]) : [];
  const events: Unnumbered[] = [
    ['response.created', { response: begun }, 'around'],
    ['response.in_progress', { response: begun }, 'around'],
    ...output.filter(isRecord).flatMap((item, index) => eventsOfItem(item, index)),
    [`response.${String(whole['status'])}`, { response: whole }, 'finish'],
  ];
  return events.map(([type, fields, part], number) => ({
    type,
    data: { type, sequence_number: number, ...fields },
    part,
  }));
}

function eventsOfItem(item: Fields, index: number): Unnumbered[] {
  const at = { item_id: item['id'], output_index: index };
  const isCall = item['type'] === 'function_call';
  const added = {
    ...item,
    status: 'in_progress',
    ...(isCall ? { arguments: '' } : { content: [] }),
  };
  return [
    ['response.output_item.added', { output_index: index, item: added }, 'around'],
    ...(isCall ? eventsOfCall(item, at) : eventsOfText(item, at)),
    ['response.output_item.done', { output_index: index, item }, 'around'],
  ];
}

function eventsOfCall({ name, arguments: text }: Fields, at: Fields): Unnumbered[] {
  return [
    ['response.function_call_arguments.delta', { ...at, delta: text }, 'token'],
    ['response.function_call_arguments.done', { ...at, name, arguments: text }, 'around'],
  ];
}

function eventsOfText({ content }: Fields, at: Fields): Unnumbered[] {
  const parts = Array.isArray(content) ? (content as unknown[]).filter(isRecord) : [];
  return parts.flatMap((part, index): Unnumbered[] => {
    const place = { ...at, content_index: index };
    const text = typeof part['text'] === 'string' ? part['text'] : '';
    return [
      ['response.content_part.added', { ...place, part: { ...part, text: '' } }, 'around'],
      ...wordsOf(text).map((delta): Unnumbered => [
        'response.output_text.delta',
        { ...place, delta, logprobs: [] },
        'token',
      ]),
      ['response.output_text.done', { ...place, text, logprobs: [] }, 'around'],
      ['response.content_part.done', { ...place, part }, 'around'],
    ];
  });
}
