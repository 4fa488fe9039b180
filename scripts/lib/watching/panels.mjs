const percentiles = (metric) =>
  [0.5, 0.95, 0.99].map((quantile) => ({
    legend: `p${quantile * 100}`,
    expression: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket[$__rate_interval])))`,
  }));
const rate = (metric, by, legend) => [
  {
    legend,
    expression: `sum ${by === '' ? '' : `by (${by}) `}(rate(${metric}[$__rate_interval]))`,
  },
];

/**
 * The dashboard's rows. A panel has a title, a unit as Grafana names it, what it says, and one or more expressions
 * with the legend of their lines. `stat` shows the present value alone.
 */
export const ROWS = [
  {
    title: 'Now',
    panels: [
      {
        title: 'Open requests',
        kind: 'stat',
        unit: 'short',
        about: 'Requests that are queued, running or waiting for their next attempt.',
        lines: [
          {
            legend: '',
            expression:
              'sum(max by (status) (reqrun_records{status=~"queued|processing|retrying"}))',
          },
        ],
      },
      {
        title: 'Oldest due request',
        kind: 'stat',
        unit: 's',
        about:
          'How long the oldest due request has been due. Above a few seconds: workers are missing.',
        lines: [{ legend: '', expression: 'max(reqrun_oldest_due_seconds)' }],
      },
      {
        title: 'Waiting out an outage',
        kind: 'stat',
        unit: 'short',
        about: 'Requests that are tried again until their deadline, because their provider fails.',
        lines: [{ legend: '', expression: 'max(reqrun_records_waiting_out_outage)' }],
      },
      {
        title: 'Failed, last hour',
        kind: 'stat',
        unit: 'percentunit',
        about: 'The share of failed ones among the requests that ended.',
        lines: [
          {
            legend: '',
            expression:
              '(sum(increase(reqrun_requests_finished_total{outcome="failed"}[1h])) or vector(0)) / (sum(increase(reqrun_requests_finished_total[1h])) > 0)',
          },
        ],
      },
    ],
  },
  {
    title: 'Requests',
    panels: [
      {
        title: 'Accepted',
        unit: 'reqps',
        about: 'Requests that were committed, by mode.',
        lines: rate('reqrun_requests_accepted_total', 'mode', '{{mode}}'),
      },
      {
        title: 'Ended',
        unit: 'reqps',
        about: 'Requests that ended, by outcome.',
        lines: rate('reqrun_requests_finished_total', 'outcome', '{{outcome}}'),
      },
      {
        title: 'Records by status',
        unit: 'short',
        about: 'Records in the database.',
        lines: [{ legend: '{{status}}', expression: 'max by (status) (reqrun_records)' }],
      },
      {
        title: 'Failures by code',
        unit: 'reqps',
        about: 'Failed requests by their error code; docs/errors.md explains the codes.',
        lines: rate('reqrun_requests_finished_total{outcome="failed"}', 'code', '{{code}}'),
      },
    ],
  },
  {
    title: 'Waiting for a worker, and for the provider',
    panels: [
      {
        title: 'Claim lag',
        unit: 's',
        about:
          'From due to claimed. It rises when workers have no free slots, or PostgreSQL is slow.',
        lines: percentiles('reqrun_claim_lag_seconds'),
      },
      {
        title: 'Provider calls',
        unit: 's',
        about: 'How long calls to providers take.',
        lines: percentiles('reqrun_provider_call_seconds'),
      },
      {
        title: 'Attempts by outcome and code',
        unit: 'reqps',
        about: 'Attempts that ended.',
        lines: rate('reqrun_attempts_total', 'outcome, code', '{{outcome}} {{code}}'),
      },
      {
        title: 'Retries by reason',
        unit: 'reqps',
        about: 'Attempts that were followed by another; docs/retries.md explains the reasons.',
        lines: rate('reqrun_retries_total', 'reason', '{{reason}}'),
      },
      {
        title: 'Running requests',
        unit: 'short',
        about: 'Requests that each worker runs. Compare it with REQRUN_WORKER_CONCURRENCY.',
        lines: [{ legend: '{{instance}}', expression: 'reqrun_in_flight' }],
      },
      {
        title: 'Lost and fenced',
        unit: 'reqps',
        about:
          'Attempts lost with their worker, and answers that came after another worker took over.',
        lines: [
          ...rate('reqrun_attempts_total{outcome="lost"}', '', 'lost'),
          ...rate('reqrun_fenced_total', '', 'fenced'),
        ],
      },
    ],
  },
  {
    title: 'Callers',
    panels: [
      {
        title: 'Calls refused by code',
        unit: 'reqps',
        about: 'Calls that were answered with an error of ReqRun.',
        lines: [
          {
            legend: '{{code}}',
            expression: 'sum by (code) (rate(reqrun_calls_refused_total[$__rate_interval])) > 0',
          },
        ],
      },
      {
        title: 'Calls that wait',
        unit: 'short',
        about: 'Calls that wait for an answer, by API process.',
        lines: [{ legend: '{{instance}}', expression: 'reqrun_waiting' }],
      },
      {
        title: 'Joined calls',
        unit: 'reqps',
        about: 'Calls that joined an earlier request, by its key or as a retry of an SDK.',
        lines: [
          ...rate('reqrun_requests_joined_total', '', 'by idempotency key'),
          ...rate('reqrun_sdk_retries_joined_total', '', 'retries of SDKs'),
        ],
      },
      {
        title: 'Cache',
        unit: 'reqps',
        about: 'Requests under the cache, by what it did for them.',
        lines: rate('reqrun_cache_total', 'result', '{{result}}'),
      },
    ],
  },
  {
    title: 'Streams',
    panels: [
      {
        title: 'First frame',
        unit: 's',
        about:
          'Until a stream says something: at the worker from the claim, at the API from the call.',
        lines: [
          {
            legend: 'p95 {{at}}',
            expression:
              'histogram_quantile(0.95, sum by (le, at) (rate(reqrun_stream_first_frame_seconds_bucket[$__rate_interval])))',
          },
        ],
      },
      {
        title: 'Open streams and readers',
        unit: 'short',
        about:
          'Streams that workers read, and clients that read them, by the way their frames come.',
        lines: [
          { legend: 'streams, {{mode}}', expression: 'sum by (mode) (reqrun_streams_open)' },
          { legend: 'readers, by {{way}}', expression: 'sum by (way) (reqrun_stream_readers)' },
          { legend: 'paused', expression: 'sum(reqrun_stream_paused)' },
        ],
      },
      {
        title: 'Committing frames',
        unit: 's',
        about: 'How long statements take that commit frames.',
        lines: percentiles('reqrun_stream_append_seconds'),
      },
      {
        title: 'Frames',
        unit: 'short',
        about:
          'Frames that are committed in a second, and reads of the table by readers that fell behind.',
        lines: [
          ...rate('reqrun_stream_frames_total', '', 'frames'),
          ...rate('reqrun_stream_catch_ups_total', '', 'catch-ups'),
          {
            legend: 'frames per batch',
            expression:
              'sum(rate(reqrun_stream_batch_frames_sum[$__rate_interval])) / sum(rate(reqrun_stream_batch_frames_count[$__rate_interval]))',
          },
        ],
      },
      {
        title: 'Readers that came back, and that were dropped',
        unit: 'short',
        about: 'By their cursor or their key; and those that took nothing of what they were sent.',
        lines: [
          ...rate('reqrun_stream_resumes_total', 'by', 'came back by {{by}}'),
          ...rate('reqrun_stream_stalled_readers_total', '', 'dropped'),
        ],
      },
      {
        title: 'Bytes not yet committed',
        unit: 'bytes',
        about: 'Frames that wait for their commit, by worker, up to REQRUN_STREAM_BUFFER_BYTES.',
        lines: [{ legend: '{{instance}}', expression: 'reqrun_stream_unappended_bytes' }],
      },
      {
        title: 'Streams that ended with an error',
        unit: 'reqps',
        about: 'By the code of the error.',
        lines: rate('reqrun_stream_errors_total', 'code', '{{code}}'),
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'CPU',
        unit: 'percentunit',
        about: 'Share of one core.',
        lines: [
          {
            legend: '{{service}} {{instance}}',
            expression: 'rate(process_cpu_seconds_total[$__rate_interval])',
          },
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        about: 'Resident memory.',
        lines: [
          { legend: '{{service}} {{instance}}', expression: 'process_resident_memory_bytes' },
        ],
      },
      {
        title: 'Event loop lag, p99',
        unit: 's',
        about: 'How late a process reacts.',
        lines: [
          { legend: '{{service}} {{instance}}', expression: 'nodejs_eventloop_lag_p99_seconds' },
        ],
      },
      {
        title: 'Database connections',
        unit: 'short',
        about: 'By what they do; "waiting" counts statements without a connection.',
        lines: [
          {
            legend: '{{service}} {{state}}',
            expression: 'sum by (service, state) (reqrun_database_connections)',
          },
        ],
      },
      {
        title: 'Timer errors',
        unit: 'short',
        about: 'Timers of retries that could not be set or served; the table replaces them.',
        lines: rate('reqrun_backoff_timer_errors_total', '', 'errors'),
      },
      {
        title: 'Records in all',
        unit: 'short',
        about: 'Records that were accepted and not yet deleted.',
        lines: [{ legend: 'records', expression: 'max(reqrun_records_accepted)' }],
      },
    ],
  },
];
