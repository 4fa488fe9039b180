import type { StreamPlan, StreamTrait } from './stream-plan.js';

/** An event that the simulator streams. */
export interface StreamEvent {
  /** Type of an event of the Responses API; null for others. */
  readonly type: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Part of the answer that it is: the text or the tool call, the end, or anything around them. */
  readonly part: 'around' | 'token' | 'finish';
}

/** Ways of writing that change events themselves, for an answer that is not odd. */
export const NO_TRAITS: ReadonlySet<StreamTrait> = new Set();

const COMMENT = ': OPENROUTER PROCESSING\n\n';

/**
 * Writes an event as it goes over the wire, with its empty line.
 *
 * @param event the event
 * @param traits how
 */
export function printEvent({ type, data }: StreamEvent, traits: StreamPlan['traits']): string {
  const json = JSON.stringify(data);
  const lines = traits.has('multiline') ? [json.slice(0, 1), json.slice(1)] : [json];
  const head = type === null ? '' : `event: ${type}\n`;
  const body = lines.map((line) => `data: ${line}\n`).join('');
  return `${traits.has('comments') ? COMMENT : ''}${head}${body}\n`;
}
