import { type RequestRecord, RESPONSES, uuidFromRequestId } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import type { Pool } from '@reqrun/platform/database';
import type { ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders, type ProviderClient, type ProviderOutcome } from '@reqrun/providers';
import {
  deleteContent,
  type RequestOutcome,
  type RequestReader,
  type ResponseIds,
} from '@reqrun/requests';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { VERSION } from '../../version.js';
import type { Caller } from '../auth/caller.js';
import { errorCodeOf, PASS_THROUGH_TIMEOUT_MS } from '../pass-through.js';
import { isOpen } from './send-response.js';

/** Ids that a message may name. */
const NAMEABLE = /^[A-Za-z0-9_-]{1,128}$/;

/** A response that a caller has asked for. */
interface FoundResponse {
  /** UUID of its request. */
  uuid: string;
  /** `rr_…` where the caller asked by our id; null where it asked by the provider's. */
  askedById: string | null;
  /** The log that said the provider's id; null where the caller asked by ours, or no log did. */
  log: number | null;
}

/** Parts that stored responses are found and deleted with. */
export interface StoredResponsesOptions {
  pool: Pool;
  reader: RequestReader;
  ids: ResponseIds;
  projects: ProjectDirectory;
  provider: ProviderClient;
}

/** Responses of accepted requests, by our ids and by the providers'. */
export class StoredResponses {
  /** @param options the parts */
  constructor(private readonly options: StoredResponsesOptions) {}

  /**
   * Reads a response with its answer.
   *
   * @param caller the caller
   * @param id `rr_…`, or the provider's
   * @param gone aborts when the caller has gone away
   * @throws ApiError `request_not_found`, also of a request of another endpoint, and of one that was deleted
   */
  async read(
    caller: Caller,
    id: string,
    gone: AbortSource,
  ): Promise<FoundResponse & { outcome: RequestOutcome }> {
    const found = await this.find(caller, id);
    const outcome = await this.options.reader.get(caller, found.uuid, gone);
    if (outcome === null || !isResponse(outcome)) {
      outcome?.answer?.hold?.done();
      throw notFound(id);
    }
    return { ...found, outcome };
  }

  /**
   * Reads the record of a response, without its answer.
   *
   * @param caller the caller
   * @param id `rr_…`, or the provider's
   * @throws ApiError as `read`
   */
  async readRecord(caller: Caller, id: string): Promise<FoundResponse & { record: RequestRecord }> {
    const found = await this.find(caller, id);
    const outcome = await this.options.reader.getRecord(caller, found.uuid);
    if (outcome === null || !isResponse(outcome)) {
      throw notFound(id);
    }
    return { ...found, record: outcome.record };
  }

  /**
   * Deletes a response at the provider, then here.
   *
   * @param caller the caller
   * @param id `rr_…`, or the provider's
   * @param request the call
   * @throws ApiError `request_not_found`; `invalid_value` while it runs; the provider's failure, and then nothing
   *   is deleted
   */
  async delete(caller: Caller, id: string, request: FastifyRequest): Promise<void> {
    const { record, uuid } = await this.readRecord(caller, id);
    const { provider } = record;
    if (isOpen(record)) {
      throw new ApiError('invalid_value', {
        param: 'id',
        message: 'This response has not ended. Cancel it before you delete it.',
      });
    }
    const { pool, ids } = this.options;
    const known = await ids.ownResponseOf(caller, uuid);
    if (known !== null) {
      const deleted = await this.passOn('DELETE', caller, provider, `/responses/${known}`, request);
      const isGoneThere = deleted.kind === 'http_error' && deleted.httpStatus === 404;
      if (deleted.kind !== 'success' && !isGoneThere) {
        throw new ApiError(errorCodeOf(deleted));
      }
    }
    if (!(await deleteContent(pool, caller, uuid))) {
      throw notFound(id);
    }
  }

  /**
   * The input items of a response, as the provider keeps them.
   *
   * @param caller the caller
   * @param id `rr_…`, or the provider's
   * @param request the call, whose query is passed on
   * @throws ApiError `request_not_found`, also while there is no response at the provider
   */
  async inputItems(caller: Caller, id: string, request: FastifyRequest): Promise<ProviderOutcome> {
    const { uuid, record } = await this.readRecord(caller, id);
    const known = await this.options.ids.responseOf(caller, uuid);
    if (known === null) {
      throw notFound(id);
    }
    const query = request.url.split('?')[1];
    const path = `/responses/${known}/input_items${query === undefined ? '' : `?${query}`}`;
    return this.passOn('GET', caller, record.provider, path, request);
  }

  private async find(caller: Caller, id: string): Promise<FoundResponse> {
    const own = uuidFromRequestId(id);
    if (own !== null) {
      return { uuid: own, askedById: id, log: null };
    }
    const found = NAMEABLE.test(id) ? await this.options.ids.requestOf(caller, id) : null;
    if (found === null) {
      throw notFound(id);
    }
    return { uuid: found.id, askedById: null, log: found.log };
  }

  private async passOn(
    method: 'GET' | 'DELETE',
    { projectId, mode }: Caller,
    provider: string | null,
    path: string,
    request: FastifyRequest,
  ): Promise<ProviderOutcome> {
    const { projects } = this.options;
    // The provider that ran it keeps it.
    const named = (await projects.settingsOf(projectId))?.providers.find(
      ({ name }) => name === provider,
    );
    const target = await projects.targetOf(projectId, mode, named?.id ?? null);
    if (target === null) {
      throw new ApiError('provider_not_configured');
    }
    return this.options.provider.passOn(method, {
      ...target,
      path,
      headers: forwardedHeaders(VERSION, request.headers),
      timeoutMs: PASS_THROUGH_TIMEOUT_MS,
    });
  }
}

/** One whose content was deleted, by a call or by retention, is none any more: OpenAI does not know it either. */
const isResponse = ({
  record,
  contentDeleted,
}: Pick<RequestOutcome, 'record' | 'contentDeleted'>): boolean =>
  record.endpoint === `/v1${RESPONSES.path}` && (isOpen(record) || !contentDeleted);

/**
 * Another project's response reads the same as one that does not exist.
 *
 * @param id as the caller sent it
 */
const notFound = (id: string): ApiError =>
  new ApiError('request_not_found', {
    param: 'id',
    message: NAMEABLE.test(id) ? `Response with id '${id}' not found.` : 'Response not found.',
  });
