/** An endpoint of OpenAI's API whose requests are accepted, queued and run. */
export interface Endpoint {
  /** Name in documents, e.g. `chat.completions`. */
  readonly name: string;
  /** Path below `/v1`: callers post to it here, and workers post to it at the provider. */
  readonly path: string;
  /** `object` of the handle that a caller gets while its request has not ended. */
  readonly pendingObject: string;
  /** Whether its answers can be streams. */
  readonly isStreamable: boolean;
  /** Member of the body that holds the input. */
  readonly input: {
    readonly name: string;
    /** JSON types that it may have. No value of them may be empty. */
    readonly types: readonly ('array' | 'string')[];
  };
}

/** Source: https://platform.openai.com/docs/api-reference/chat/create */
export const CHAT_COMPLETIONS = {
  name: 'chat.completions',
  path: '/chat/completions',
  pendingObject: 'chat.completion.async',
  isStreamable: true,
  input: { name: 'messages', types: ['array'] },
} as const satisfies Endpoint;

const table: Endpoint[] = [CHAT_COMPLETIONS];

/** Every endpoint. */
export const ENDPOINTS: readonly Endpoint[] = table;

/**
 * Adds a row to the table, for a process that is about to start.
 *
 * @param endpoint the row; its path must be new
 * @throws Error when the path is taken
 */
export function addEndpoint(endpoint: Endpoint): void {
  if (endpointAt(endpoint.path) !== null) {
    throw new Error(`There is an endpoint at ${endpoint.path} already.`);
  }
  table.push(endpoint);
}

/**
 * Finds an endpoint.
 *
 * @param path below `/v1`, e.g. `/chat/completions`
 * @returns null where there is none
 */
export function endpointAt(path: string): Endpoint | null {
  return table.find((endpoint) => endpoint.path === path) ?? null;
}
