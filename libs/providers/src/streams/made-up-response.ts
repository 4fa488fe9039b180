import { isObject, type JsonObject } from '../endpoints/endpoint-module.js';
import type { MadeUpEvent } from './stream-module.js';

/** An event before it has its number. */
type Unnumbered = JsonObject & { readonly type: string };

/** Text of a part of an item, and the names of the events that tell it. */
interface Told {
  /** Member that has the text. */
  readonly member: string;
  /** Beginning of the types of the events. */
  readonly event: string;
}

/** Parts of a message's content that are told in pieces, by their type. */
const PARTS: ReadonlyMap<unknown, Told> = new Map<unknown, Told>([
  ['output_text', { member: 'text', event: 'response.output_text' }],
  ['refusal', { member: 'refusal', event: 'response.refusal' }],
  ['reasoning_text', { member: 'text', event: 'response.reasoning_text' }],
]);

/** Items whose own text is told in pieces, by their type. */
const ITEMS: ReadonlyMap<unknown, Told> = new Map<unknown, Told>([
  ['function_call', { member: 'arguments', event: 'response.function_call_arguments' }],
  ['mcp_call', { member: 'arguments', event: 'response.mcp_call_arguments' }],
  ['custom_tool_call', { member: 'input', event: 'response.custom_tool_call_input' }],
]);

/** Lists of an item that are empty when it is added. */
const LISTS = ['content', 'summary'] as const;

/**
 * The events of a stream that says what a whole response says: created, in progress, each item with its parts, and
 * the terminal event with the response as it is
 * (https://platform.openai.com/docs/api-reference/responses-streaming).
 *
 * @param body the parsed response
 * @param text the same as text
 */
export function makeUpResponse(body: JsonObject, text: string): MadeUpEvent[] {
  const begun = {
    ...body,
    status: 'in_progress',
    output: [],
    usage: null,
    incomplete_details: null,
  };
  const output = Array.isArray(body['output']) ? (body['output'] as unknown[]) : [];
  const events: Unnumbered[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, place) => (isObject(item) ? eventsOfItem(item, place) : [])),
  ];
  const type = body['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
  return [
    ...events.map((event, number) => ({
      type: event.type,
      data: JSON.stringify({ ...event, sequence_number: number }),
    })),
    {
      type,
      // Spliced in as it is: parsed and printed it could lose digits of numbers.
      data: `{"type":"${type}","sequence_number":${String(events.length)},"response":${text.trim()}}`,
    },
  ];
}

function eventsOfItem(item: JsonObject, place: number): Unnumbered[] {
  const at = { item_id: item['id'] ?? '', output_index: place };
  const told = ITEMS.get(item['type']);
  const lists = LISTS.filter((name) => Array.isArray(item[name]));
  const added = {
    ...item,
    ...(item['status'] !== undefined && { status: 'in_progress' }),
    ...Object.fromEntries(lists.map((name) => [name, []])),
    ...(told !== undefined && { [told.member]: '' }),
  };
  const parts = (name: (typeof LISTS)[number]): [number, JsonObject][] =>
    lists.includes(name)
      ? [...(item[name] as unknown[]).entries()].filter((entry): entry is [number, JsonObject] =>
          isObject(entry[1]),
        )
      : [];
  return [
    { type: 'response.output_item.added', output_index: place, item: added },
    ...parts('summary').flatMap(([index, part]) =>
      eventsOfPart({ ...at, summary_index: index }, part, 'response.reasoning_summary_part', {
        member: 'text',
        event: 'response.reasoning_summary_text',
      }),
    ),
    ...parts('content').flatMap(([index, part]) =>
      eventsOfPart(
        { ...at, content_index: index },
        part,
        'response.content_part',
        PARTS.get(part['type']),
      ),
    ),
    ...(told === undefined ? [] : tell(at, told, item[told.member], nameOf(item))),
    { type: 'response.output_item.done', output_index: place, item },
  ];
}

function eventsOfPart(
  at: JsonObject,
  part: JsonObject,
  event: string,
  told: Told | undefined,
): Unnumbered[] {
  const isList = Array.isArray(part['annotations']);
  const annotations = isList ? (part['annotations'] as unknown[]) : [];
  const added = {
    ...part,
    ...(told !== undefined && { [told.member]: '' }),
    ...(isList && { annotations: [] }),
  };
  return [
    { type: `${event}.added`, ...at, part: added },
    ...(told === undefined ? [] : tell(at, told, part[told.member], logprobsOf(part))),
    ...annotations.map((annotation, index) => ({
      type: 'response.output_text.annotation.added',
      ...at,
      annotation_index: index,
      annotation,
    })),
    { type: `${event}.done`, ...at, part },
  ];
}

/** The text as one delta, and once more as done. */
const tell = (at: JsonObject, told: Told, text: unknown, more: JsonObject): Unnumbered[] => [
  { type: `${told.event}.delta`, ...at, delta: text, ...logprobsAlone(more) },
  { type: `${told.event}.done`, ...at, [told.member]: text, ...more },
];

const nameOf = ({ name }: JsonObject): JsonObject => (name === undefined ? {} : { name });

/** Clients look for a list of them beside a text. */
const logprobsOf = (part: JsonObject): JsonObject =>
  part['type'] === 'output_text' ? { logprobs: part['logprobs'] ?? [] } : {};

const logprobsAlone = ({ logprobs }: JsonObject): JsonObject =>
  logprobs === undefined ? {} : { logprobs };
