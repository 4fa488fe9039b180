/**
 * How a client is reached and told what to do.
 *
 * @typedef {object} Connection
 * @property {string} baseURL with /v1
 * @property {string} apiKey
 * @property {Record<string, string>} [headers] sent along
 * @property {boolean} [wait] sent as a field of the body
 * @property {number} [maxRetries] the client's own retries; its default where left out
 */

/**
 * What went wrong, as an application reads it off what its client threw.
 *
 * @typedef {{ status: unknown, code: unknown, message: string }} Failure
 */

/**
 * A client, used as its documentation says. Each call is one or more chat completions with the
 * inputs of inputs.mjs.
 *
 * @typedef {object} Adapter
 * @property {string} name with its version
 * @property {Partial<Connection>} [settings] what it needs beside base URL and key
 * @property {boolean} obeysShouldRetry whether `x-should-retry: false` stops its own retries
 * @property {(to: Connection, model: string, prompt?: string) => Promise<string>} plain the text of
 *   an answer
 * @property {(to: Connection, model: string) => Promise<{ called: unknown, text: string }>} tools
 *   has the tool called, gives its result back: the arguments that it was called with, the text
 *   behind it
 * @property {(to: Connection, model: string) => Promise<unknown>} json the parsed answer
 * @property {(to: Connection, model: string) => Promise<string>} image the text of an answer
 * @property {(to: Connection, model: string) => Promise<string>} [submit] sends without waiting: the
 *   id of the handle; left out where the client can't take a handle
 * @property {(to: Connection, id: string) => Promise<string>} [poll] the text behind a handle
 * @property {number} [asksOnHandle] how often it asks when it gets a handle that it can't take; 1
 *   where left out
 * @property {(thrown: unknown) => Failure} failure
 * @property {() => void} [close]
 */
export {};
