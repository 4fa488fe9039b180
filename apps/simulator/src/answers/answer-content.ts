/** Content of the model's answer, before it is put into a body or a stream. */
export interface Answer {
  /** `null` when a tool is called instead. */
  readonly content: string | null;
  readonly toolCall: ToolCall | null;
}

/** A tool call in OpenAI's shape. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is JSON text. */
  readonly function: { readonly name: string; readonly arguments: string };
}
