import { APIPromise, type APIResult } from './api-promise.js';
import type { HttpCall, Transport } from './http/transport.js';
import { type RequestOptions, setUp } from './options.js';
import { resultOf } from './result.js';
import type { Settings } from './settings.js';
import type { PolicySimulation, PolicySimulationParams } from './types/policies.js';

const PATH = '/policies/simulate';

/** Policies: how requests of the past would have ended under another one. */
export class Policies {
  readonly #settings: Settings;
  readonly #transport: Transport;

  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /**
   * Replays requests that have ended under another policy, from the metadata of their attempts. It changes nothing.
   *
   * @param params which requests, and what would have been different
   * @param options how the call is made
   * @throws RateLimitError as a rejection: another simulation of the project is running
   */
  simulate(
    params: PolicySimulationParams,
    options: RequestOptions = {},
  ): APIPromise<PolicySimulation> {
    return new APIPromise(this.#simulate(params, options));
  }

  async #simulate(
    params: PolicySimulationParams,
    options: RequestOptions,
  ): Promise<APIResult<PolicySimulation>> {
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    const { from, to, ...rest } = params;
    const body = JSON.stringify({ ...rest, from: textOf(from), to: textOf(to) });
    const call: HttpCall = {
      ...{ method: 'POST', path: PATH, body, headers, repeatable: true, maxRetries },
    };
    return resultOf(await this.#transport.send(call, limits));
  }
}

/** A time as the API takes it; JSON writes a date in ISO 8601 by itself. */
const textOf = (time: PolicySimulationParams['from']): Date | string | undefined =>
  typeof time === 'number' ? String(time) : time;
