import type { ChatCompletion } from '@reqrun/sdk';

/**
 * What a person wants to see of a completion: what the model said, one choice after the other. Calls
 * of tools are shown as JSON.
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
