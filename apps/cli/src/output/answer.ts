import type { ChatCompletion } from '@reqrun/sdk';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Composes the part of an answer that a person wants to see: what the model said, one choice after the other.
 * Calls of tools, and answers of another kind, are shown as JSON.
 *
 * @param answer the provider's answer
 */
export function answerText(answer: unknown): string {
  const fields = answer as Fields;
  if (Array.isArray(fields['output'])) {
    return responseText(fields['output'] as Fields[]);
  }
  const [first] = Array.isArray(fields['choices']) ? (fields['choices'] as Fields[]) : [];
  if (first?.['message'] !== undefined) {
    return completionText(answer as ChatCompletion);
  }
  if (typeof first?.['text'] === 'string') {
    return (fields['choices'] as { text: string }[]).map(({ text }) => text).join('\n\n');
  }
  return JSON.stringify(answer, null, 2);
}

/**
 * The text in a chunk of a stream: that of the first choice, as all of them come mixed.
 *
 * @param chunk a chunk of a completion, or an event of a response
 */
export function chunkText(chunk: unknown): string {
  const { type, delta, choices } = chunk as Fields;
  if (type === 'response.output_text.delta' || type === 'response.refusal.delta') {
    return typeof delta === 'string' ? delta : '';
  }
  const [choice] = Array.isArray(choices)
    ? (choices as Fields[]).filter(({ index }) => index === 0)
    : [];
  const said = (choice?.['delta'] ?? {}) as Fields;
  const text = said['content'] ?? said['refusal'] ?? choice?.['text'];
  return typeof text === 'string' ? text : '';
}

function completionText(completion: ChatCompletion): string {
  return completion.choices
    .map(({ message }) =>
      [
        message.content ?? message.refusal ?? null,
        message.tool_calls === undefined ? null : JSON.stringify(message.tool_calls, null, 2),
      ]
        .filter((part) => part !== null)
        .join('\n'),
    )
    .join('\n\n');
}

/** Items of a response: the texts of messages, anything else as JSON. */
function responseText(output: readonly Fields[]): string {
  return output
    .filter(({ type }) => type !== 'reasoning')
    .map((item) =>
      item['type'] === 'message' && Array.isArray(item['content'])
        ? (item['content'] as Fields[])
            .map(({ text, refusal }) => text ?? refusal)
            .filter((text) => typeof text === 'string')
            .join('\n')
        : JSON.stringify(item, null, 2),
    )
    .join('\n\n');
}
