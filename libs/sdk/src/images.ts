import { APIPromise } from './api-promise.js';
import { EndpointClient } from './endpoint-client.js';
import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { CreateOptions } from './options.js';
import type { Settings } from './settings.js';
import type {
  ImageAsync,
  ImageEditAsync,
  ImageEditParams,
  ImageGenerateParams,
  ImagesResponse,
} from './types/images.js';

/** Images, as in OpenAI's client. With a handle, `requests.waitFor(id).unwrap()` returns what was made. */
export class Images {
  readonly #generations: EndpointClient<ImagesResponse, ImageAsync>;
  readonly #edits: EndpointClient<ImagesResponse, ImageEditAsync>;

  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    this.#generations = new EndpointClient(ENDPOINTS['images.generate'], settings, transport);
    this.#edits = new EndpointClient(ENDPOINTS['images.edit'], settings, transport);
  }

  /**
   * Has images made. With `wait: true` it returns them, without it a handle as soon as the request is committed.
   *
   * @param params OpenAI's body, and ReqRun's own fields
   * @param options how the call is made
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  generate(
    params: ImageGenerateParams & { wait: true },
    options?: CreateOptions,
  ): APIPromise<ImagesResponse>;
  generate(
    params: ImageGenerateParams & { wait?: false | null },
    options?: CreateOptions,
  ): APIPromise<ImageAsync>;
  generate(
    params: ImageGenerateParams,
    options?: CreateOptions,
  ): APIPromise<ImagesResponse | ImageAsync>;
  generate(
    params: ImageGenerateParams,
    options: CreateOptions = {},
  ): APIPromise<ImagesResponse | ImageAsync> {
    return new APIPromise(this.#generations.create(params, options));
  }

  /**
   * Has images edited. With `wait: true` it returns the new ones, without it a handle as soon as the request is
   * committed.
   *
   * @param params the form of OpenAI, with files as `Uploadable`, and ReqRun's own fields
   * @param options how the call is made
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  edit(
    params: ImageEditParams & { wait: true },
    options?: CreateOptions,
  ): APIPromise<ImagesResponse>;
  edit(
    params: ImageEditParams & { wait?: false | null },
    options?: CreateOptions,
  ): APIPromise<ImageEditAsync>;
  edit(
    params: ImageEditParams,
    options?: CreateOptions,
  ): APIPromise<ImagesResponse | ImageEditAsync>;
  edit(
    params: ImageEditParams,
    options: CreateOptions = {},
  ): APIPromise<ImagesResponse | ImageEditAsync> {
    return new APIPromise(this.#edits.create(params, options));
  }
}
