import type { ChatCompletion } from '@reqrun/sdk';

/**
 * Composes the part of a completion that a person wants to see: what the model said, one choice after the
 * other. Calls of tools are shown as JSON.
 *
 * @param completion the provider's answer
 */
export function answerText(completion: ChatCompletion): string {
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
