import { Counter, Gauge, Histogram, type Registry } from '@reqrun/platform/metrics';
import type { Lane } from '@reqrun/requests';

const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

/** Metrics of a worker. Labels are outcomes, codes and reasons only, never ids. */
export class WorkerMetrics {
  readonly finished: Counter<'outcome' | 'code'>;
  readonly attempts: Counter<'outcome' | 'code'>;
  readonly retries: Counter<'reason'>;
  readonly retryDelay: Counter;
  readonly fallbacks: Counter<'reason'>;
  readonly claimLag: Histogram;
  readonly callDuration: Histogram;
  readonly inFlight: Gauge;
  readonly fenced: Counter;
  readonly timerErrors: Counter;
  readonly firstFrame: Histogram<'at'>;
  readonly pausedStreams: Gauge;
  private readonly openStreams: Gauge<'mode'>;
  private readonly frames: Counter;
  private readonly batchFrames: Histogram;
  private readonly appendDuration: Histogram;
  readonly cache: Counter<'result'>;

  /** @param registry the process's metrics */
  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.finished = new Counter({
      name: 'reqrun_requests_finished_total',
      help: 'Requests that ended, by outcome and error code, counted by the process that ended them.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    this.attempts = new Counter({
      name: 'reqrun_attempts_total',
      help: 'Attempts that ended, by outcome and error code.',
      labelNames: ['outcome', 'code'],
      registers,
    });
    // A counter that begins with 1 shows Prometheus no increase, so an alert would miss the first loss.
    this.attempts.inc({ outcome: 'lost', code: 'worker_lost' }, 0);
    this.retries = new Counter({
      name: 'reqrun_retries_total',
      help: 'Attempts that were followed by another, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.retryDelay = new Counter({
      name: 'reqrun_retry_delay_seconds_total',
      help: 'Waits between attempts together, as they were decided.',
      registers,
    });
    this.fallbacks = new Counter({
      name: 'reqrun_fallbacks_total',
      help: 'Those of the retries that went on with the next model, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.claimLag = new Histogram({
      name: 'reqrun_claim_lag_seconds',
      help: 'How long requests waited from when they were due until a worker claimed them.',
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
      help: 'Answers that were discarded because the worker no longer owned the request.',
      registers,
    });
    this.cache = new Counter({
      name: 'reqrun_cache_total',
      help: 'Requests under the cache, by what it did for them.',
      labelNames: ['result'],
      registers,
    });
    this.timerErrors = new Counter({
      name: 'reqrun_backoff_timer_errors_total',
      help: 'Backoff timers that could not be set or served; the table makes up for them.',
      registers,
    });
    this.firstFrame = new Histogram({
      name: 'reqrun_stream_first_frame_seconds',
      help: 'To the first frame of a stream that says something: at the worker from the claim, at the API from the call.',
      labelNames: ['at'],
      buckets: SECONDS,
      registers,
    });
    this.pausedStreams = new Gauge({
      name: 'reqrun_stream_paused',
      help: 'Streams that are read no further until their frames are committed.',
      registers,
    });
    this.openStreams = new Gauge({
      name: 'reqrun_streams_open',
      help: 'Streams that this worker reads.',
      labelNames: ['mode'],
      registers,
    });
    this.frames = new Counter({
      name: 'reqrun_stream_frames_total',
      help: 'Frames that were committed while their stream ran.',
      registers,
    });
    this.batchFrames = new Histogram({
      name: 'reqrun_stream_batch_frames',
      help: 'Frames per batch.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 512],
      registers,
    });
    this.appendDuration = new Histogram({
      name: 'reqrun_stream_append_seconds',
      help: 'How long it took to commit the batches of one statement.',
      buckets: SECONDS,
      registers,
    });
  }

  /**
   * Counts a statement that has appended batches.
   *
   * @param seconds duration of the statement
   * @param frames number of frames of each batch
   */
  appended(seconds: number, frames: readonly number[]): void {
    this.appendDuration.observe(seconds);
    for (const count of frames) {
      this.batchFrames.observe(count);
      this.frames.inc(count);
    }
  }

  /**
   * Counts a stream that begins or ends.
   *
   * @param mode how it is shown
   * @param change 1 or -1
   */
  countStream(mode: 'live' | 'buffered', change: 1 | -1): void {
    this.openStreams.inc({ mode }, change);
  }

  /**
   * Adds the gauge of the lanes in trouble.
   *
   * @param lanes returns the lanes at present
   */
  showLanes(lanes: () => Iterable<Lane>): void {
    new Gauge({
      name: 'reqrun_lanes',
      help: 'Models of a provider that are slowed (paced, ramping) or shut (open), as this worker sees the table.',
      labelNames: ['phase'],
      registers: [this.registry],
      collect() {
        const counts = { paced: 0, open: 0, ramping: 0 };
        for (const { state } of lanes()) {
          if (state.phase !== 'clear') {
            counts[state.phase] += 1;
          }
        }
        Object.entries(counts).forEach(([phase, count]) => this.set({ phase }, count));
      },
    });
  }

  /**
   * Adds the gauge of the bytes that wait for their commit.
   *
   * @param bytes returns their number at present
   */
  showUnappended(bytes: () => number): void {
    new Gauge({
      name: 'reqrun_stream_unappended_bytes',
      help: 'Bytes of frames that wait for their commit.',
      registers: [this.registry],
      collect() {
        this.set(bytes());
      },
    });
  }
}
