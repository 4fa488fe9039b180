import { Counter, Gauge, Histogram, type Registry } from '@reqrun/platform/metrics';

const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

/** Metrics of a worker. Labels are outcomes, codes and reasons only, never ids. */
export class WorkerMetrics {
  readonly finished: Counter<'outcome' | 'code'>;
  readonly attempts: Counter<'outcome' | 'code'>;
  readonly retries: Counter<'reason'>;
  readonly claimLag: Histogram;
  readonly callDuration: Histogram;
  readonly inFlight: Gauge;
  readonly fenced: Counter;
  readonly timerErrors: Counter;

  /** @param registry the process's metrics */
  constructor(registry: Registry) {
    const registers = [registry];
    this.finished = new Counter({
      name: 'reqrun_requests_finished_total',
      help: 'Requests that this worker saw reach a terminal state.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    this.attempts = new Counter({
      name: 'reqrun_attempts_total',
      help: 'Attempts that ended, by outcome and error code.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    this.retries = new Counter({
      name: 'reqrun_retries_total',
      help: 'Attempts that were followed by another, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.claimLag = new Histogram({
      name: 'reqrun_claim_lag_seconds',
      help: 'From due to claimed.',
      buckets: SECONDS,
      registers,
    });
    this.callDuration = new Histogram({
      name: 'reqrun_provider_call_seconds',
      help: 'How long provider calls took.',
      buckets: SECONDS,
      registers,
    });
    this.inFlight = new Gauge({
      name: 'reqrun_in_flight',
      help: 'Requests that this worker is running.',
      registers,
    });
    this.fenced = new Counter({
      name: 'reqrun_fenced_total',
      help: 'Answers that were thrown away because the request was no longer this worker’s.',
      registers,
    });
    this.timerErrors = new Counter({
      name: 'reqrun_backoff_timer_errors_total',
      help: 'Backoff timers that could not be set or served; the table makes up for them.',
      registers,
    });
  }
}
