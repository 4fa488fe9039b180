import { Counter, Gauge, type Registry } from '@reqrun/platform/metrics';

/** Metrics of an API process. */
export class ApiMetrics {
  readonly accepted: Counter<'mode'>;
  readonly joined: Counter;
  readonly sdkRetriesJoined: Counter;
  readonly refused: Counter<'code'>;
  readonly finished: Counter<'outcome' | 'code'>;

  /**
   * @param registry the process's metrics
   * @param waiting returns the number of clients that wait at present
   */
  constructor(registry: Registry, waiting: () => number) {
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
    this.refused = new Counter({
      name: 'reqrun_calls_refused_total',
      help: 'Calls that were answered with an error of ours, by code.',
      labelNames: ['code'],
      registers,
    });
    this.finished = new Counter({
      name: 'reqrun_requests_finished_total',
      help: 'Requests that this process ended: canceled, or found past their deadline.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    new Gauge({
      name: 'reqrun_waiting',
      help: 'Clients that hold a connection until their request ends.',
      registers,
      collect() {
        this.set(waiting());
      },
    });
  }
}
