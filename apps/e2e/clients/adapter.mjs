/**
 * A connection of a client, with its settings.
 *
 * @typedef {object} Connection
 * @property {string} baseURL with /v1
 * @property {string} apiKey
 * @property {Record<string, string>} [headers] sent along
 * @property {boolean} [wait] sent as a field of the body
 * @property {number} [maxRetries] the client's own retries; the client's default if left out
 */

/**
 * An error, as an application reads it from the value that its client throws.
 *
 * @typedef {{ status: unknown, code: unknown, message: string }} Failure
 */

/**
 * A client, used as its documentation describes. Each call is one or more chat completions with the
 * inputs of inputs.mjs.
 *
 * @typedef {object} Adapter
 * @property {string} name with its version
 * @property {Partial<Connection>} [settings] settings that it needs besides base URL and key
 * @property {boolean} obeysShouldRetry whether `x-should-retry: false` stops its own retries
 * @property {(to: Connection, model: string, prompt?: string) => Promise<string>} plain the text of
 *   an answer
 * @property {(to: Connection, model: string) => Promise<{ called: unknown, text: string }>} tools
 *   has the tool called and returns its result to the model: the arguments of the call, and the text
 *   after it
 * @property {(to: Connection, model: string) => Promise<unknown>} json the parsed answer
 * @property {(to: Connection, model: string) => Promise<string>} image the text of an answer
 * @property {(to: Connection, model: string) => Promise<string>} [responses] the text of a response;
 *   left out if the client does not call /v1/responses
 * @property {(to: Connection, model: string, inputs: string[]) => Promise<number[][]>} [embeddings]
 *   a vector for each input; left out if the client has no embeddings
 * @property {(to: Connection, model: string) => Promise<string>} [stream] the text of an answer that is
 *   streamed; left out if the client can't
 * @property {(to: Connection, model: string) => Promise<string>} [submit] sends without waiting: the
 *   id of the handle; left out if the client can't take a handle
 * @property {(to: Connection, id: string) => Promise<string>} [poll] the text of the ended request
 * @property {Readonly<Record<string, string>>} [lacks] cells that it can't do, each with the reason in
 *   a few words
 * @property {number} [asksOnHandle] number of its calls when it gets a handle that it can't take; 1
 *   if left out
 * @property {(thrown: unknown) => Failure} failure
 * @property {() => void} [close]
 */
export {};
