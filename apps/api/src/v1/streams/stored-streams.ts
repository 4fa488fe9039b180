import { endpointAt, isTerminal } from '@reqrun/contracts';
import { streamModuleAt } from '@reqrun/providers';
import { type LogList, MADE_UP_LOG, type RequestReader, type StreamCursor } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import { type BareCursor, cursorOf } from './cursor.js';
import type { StreamCall, Streams } from './streams.js';

/** Shows the streams of stored requests. */
export class StoredStreams {
  /**
   * @param streams answers with streams
   * @param reader reads records
   * @param logs the logs of requests
   */
  constructor(
    private readonly streams: Streams,
    private readonly reader: RequestReader,
    private readonly logs: LogList,
  ) {}

  /**
   * Shows the stream of a request.
   *
   * @param call the call
   * @param id UUID of the request
   * @param startingAfter the cursor of the query
   * @param includeUsage whether the frame that has the usage alone is shown
   * @param log the log that a cursor without one belongs to, where the caller knows it
   * @throws ApiError when there is no such request in this tenant, or no such frame
   */
  async show(
    call: Pick<StreamCall, 'request' | 'reply' | 'caller'>,
    id: string,
    startingAfter: string | undefined,
    includeUsage: boolean,
    log: number | null = null,
  ): Promise<void> {
    const given = cursorOf(call.request, startingAfter);
    const found = await this.reader.getRecord(call.caller, id);
    if (found === null) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    const { record, contentDeleted } = found;
    const endpoint = endpointAt(record.endpoint.replace(/^\/v1/, ''));
    if (endpoint === null || streamModuleAt(endpoint.path) === null) {
      throw new ApiError('invalid_value', {
        param: 'id',
        message: 'Requests of this endpoint have no stream.',
      });
    }
    if (contentDeleted) {
      throw new ApiError('result_expired');
    }
    this.streams.show(
      { ...call, endpoint, includeUsage },
      {
        id,
        model: record.requested_model,
        cursor: await this.placeOf(id, given, log),
        wasTerminal: isTerminal(record.status),
        isBuffered: record.stream === 'buffered',
      },
    );
  }

  /** The place of a cursor. One without a log is taken where there is only one. */
  private async placeOf(
    id: string,
    given: StreamCursor | BareCursor | null,
    known: number | null,
  ): Promise<StreamCursor | null> {
    if (given === null) {
      return known === null ? null : { log: known, next: 0 };
    }
    if ('log' in given) {
      return given;
    }
    const logs = known === null ? await this.logs.of(id) : [known];
    const [only] = logs;
    if (logs.length > 1) {
      throw new ApiError('stream_superseded', {
        message: 'This request has several logs. Name the log and the frame, such as 1-57.',
      });
    }
    // Frames that are made of a plain answer are in a log of their own.
    return { log: only ?? MADE_UP_LOG, next: given.next };
  }
}
