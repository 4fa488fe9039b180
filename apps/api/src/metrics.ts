import { ERRORS } from '@reqrun/contracts';
import { Counter, Gauge, Histogram, type Registry } from '@reqrun/platform/metrics';
import type { ReadersByWay } from '@reqrun/requests';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Metrics of an API process. */
export class ApiMetrics {
  readonly accepted: Counter<'mode'>;
  readonly joined: Counter;
  readonly sdkRetriesJoined: Counter;
  readonly cache: Counter<'result'>;
  readonly refused: Counter<'code'>;
  readonly finished: Counter<'outcome' | 'code'>;
  readonly firstFrame: Histogram<'at'>;
  readonly streamErrors: Counter<'code'>;
  readonly catchUps: Counter;
  readonly resumes: Counter<'by'>;
  readonly stalledReaders: Counter;

  /**
   * @param registry the process's metrics
   * @param waiting returns the number of clients that wait at present
   * @param readers returns the number of readers of streams, by the way that their frames come
   */
  constructor(registry: Registry, waiting: () => number, readers: () => ReadersByWay) {
    const registers = [registry];
    this.accepted = new Counter({
      name: 'reqrun_requests_accepted_total',
      help: 'Requests that this process committed.',
      labelNames: ['mode'],
      registers,
    });
    this.joined = new Counter({
      name: 'reqrun_requests_joined_total',
      help: 'Calls that joined a request by its idempotency key.',
      registers,
    });
    this.sdkRetriesJoined = new Counter({
      name: 'reqrun_sdk_retries_joined_total',
      help: 'Retries of stock SDKs, without an idempotency key, that joined the request of their first try.',
      registers,
    });
    this.cache = new Counter({
      name: 'reqrun_cache_total',
      help: 'Requests under the cache, by what it did for them.',
      labelNames: ['result'],
      registers,
    });
    this.refused = new Counter({
      name: 'reqrun_calls_refused_total',
      help: 'Calls that were answered with an error of ReqRun, by code.',
      labelNames: ['code'],
      registers,
    });
    // A counter that begins with 1 shows Prometheus no increase, so alerts would miss the first refusal.
    for (const [code, { status }] of Object.entries(ERRORS)) {
      if (status === 429 || status === 500 || status === 503) {
        this.refused.inc({ code }, 0);
      }
    }
    this.finished = new Counter({
      name: 'reqrun_requests_finished_total',
      help: 'Requests that ended, by outcome and error code, counted by the process that ended them.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    new Gauge({
      name: 'reqrun_waiting',
      help: 'Calls that wait for an answer.',
      registers,
      collect() {
        this.set(waiting());
      },
    });
    this.firstFrame = new Histogram({
      name: 'reqrun_stream_first_frame_seconds',
      help: 'To the first frame of a stream that says something: at the worker from the claim, at the API from the call.',
      labelNames: ['at'],
      buckets: SECONDS,
      registers,
    });
    this.streamErrors = new Counter({
      name: 'reqrun_stream_errors_total',
      help: 'Streams that ended with an error, by code.',
      labelNames: ['code'],
      registers,
    });
    this.catchUps = new Counter({
      name: 'reqrun_stream_catch_ups_total',
      help: 'Reads of the table by readers that had fallen behind or came later.',
      registers,
    });
    this.resumes = new Counter({
      name: 'reqrun_stream_resumes_total',
      help: 'Readers that came back to a stream or joined one, by their cursor or their idempotency key.',
      labelNames: ['by'],
      registers,
    });
    for (const by of ['cursor', 'key'] as const) {
      this.resumes.inc({ by }, 0);
    }
    this.stalledReaders = new Counter({
      name: 'reqrun_stream_stalled_readers_total',
      help: 'Readers that were dropped because they took nothing of what they were sent.',
      registers,
    });
    new Gauge({
      name: 'reqrun_stream_readers',
      help: 'Clients that read a stream, by the way that its frames come.',
      labelNames: ['way'],
      registers,
      collect() {
        const { link, table } = readers();
        this.set({ way: 'link' }, link);
        this.set({ way: 'table' }, table);
      },
    });
  }
}
