import { APIPromise, type APIResult } from './api-promise.js';
import type { RequestPage, RequestRecord } from './types/requests.js';

/** A list of records: a promise of its first page, and an async iterable over all its records. */
export class RequestListPromise
  extends APIPromise<RequestPage>
  implements AsyncIterable<RequestRecord>
{
  readonly #fetchPage: (after?: string) => Promise<APIResult<RequestPage>>;

  /** @param fetchPage gets the page behind an id, or the first one */
  constructor(fetchPage: (after?: string) => Promise<APIResult<RequestPage>>) {
    super(fetchPage());
    this.#fetchPage = fetchPage;
  }

  /** The records of all pages; each page is fetched when the one before has been used up. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RequestRecord, void, undefined> {
    for await (const page of this.pages()) {
      yield* page.data;
    }
  }

  /** All pages. */
  async *pages(): AsyncGenerator<RequestPage, void, undefined> {
    let page = (await this.withResponse()).data;
    for (;;) {
      yield page;
      if (!page.has_more || page.last_id === null) {
        return;
      }
      page = (await this.#fetchPage(page.last_id)).data;
    }
  }
}
