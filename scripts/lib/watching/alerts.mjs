/**
 * An alert. `lasts` is how long the expression has to hold, as Prometheus writes times. `summary` says what happens;
 * what follows from it stands in `docs/runbook.md` below a heading of the alert's name.
 *
 * @typedef {{ name: string, severity: 'critical' | 'warning', expression: string, lasts: string, summary: string }} Alert
 */

/** Name of the recording rule that alerts and the Helm chart's autoscaler read. */
export const CLAIM_LAG = 'reqrun:claim_lag_seconds:p95';

/**
 * Rules whose value is stored under a name of its own. Each stands at the head of the group whose alerts read it:
 * Prometheus evaluates the rules of a group in order, and groups beside one another.
 */
export const RECORDINGS = [
  {
    name: CLAIM_LAG,
    group: 'reqrun-requests',
    // While nothing is claimed there is no lag in the histogram: then the oldest due request tells it.
    expression: `(histogram_quantile(0.95, sum by (le) (rate(reqrun_claim_lag_seconds_bucket[2m]))) >= 0)
or max(reqrun_oldest_due_seconds)`,
  },
];

/**
 * The alerts by their groups.
 *
 * @param {readonly string[]} refusals codes under which calls are refused that a caller should send again
 * @returns {Readonly<Record<string, readonly Alert[]>>}
 */
export function alertGroups(refusals) {
  return {
    'reqrun-requests': [
      {
        name: 'ReqRunDueRequestsWait',
        severity: 'critical',
        expression: 'max(reqrun_oldest_due_seconds) > 30',
        lasts: '2m',
        summary:
          'A request has been due for {{ $value | humanizeDuration }}, and no worker claims it.',
      },
      {
        name: 'ReqRunClaimLagHigh',
        severity: 'warning',
        expression: `${CLAIM_LAG} > 5`,
        lasts: '10m',
        summary:
          '5 % of the requests wait longer than {{ $value | humanizeDuration }} for a worker.',
      },
      {
        name: 'ReqRunRequestsFail',
        severity: 'warning',
        expression: `sum(rate(reqrun_requests_finished_total{outcome="failed"}[10m]))
  / sum(rate(reqrun_requests_finished_total[10m])) > 0.1
and sum(increase(reqrun_requests_finished_total{outcome="failed"}[10m])) >= 5`,
        lasts: '5m',
        summary: '{{ $value | humanizePercentage }} of the requests that end have failed.',
      },
      {
        name: 'ReqRunCircuitOpen',
        severity: 'warning',
        expression: 'max(reqrun_lanes{phase="open"}) > 0',
        lasts: '1m',
        summary: 'Calls to {{ $value }} models of providers are paused, because all of them fail.',
      },
      {
        name: 'ReqRunProviderFails',
        severity: 'warning',
        expression: `sum(rate(reqrun_attempts_total{outcome="failed"}[10m]))
  / sum(rate(reqrun_attempts_total[10m])) > 0.5
and sum(increase(reqrun_attempts_total{outcome="failed"}[10m])) >= 20`,
        lasts: '5m',
        summary: '{{ $value | humanizePercentage }} of the attempts fail at the provider.',
      },
      {
        name: 'ReqRunRetryRateHigh',
        severity: 'warning',
        expression: `sum(rate(reqrun_retries_total[5m]))
  / sum(rate(reqrun_attempts_total[5m])) > 0.2
and sum(increase(reqrun_attempts_total[5m])) >= 50`,
        lasts: '5m',
        summary: '{{ $value | humanizePercentage }} of the attempts are followed by another.',
      },
      {
        name: 'ReqRunFallbacksUsed',
        severity: 'warning',
        expression: `sum(rate(reqrun_fallbacks_total[5m]))
  / sum(rate(reqrun_requests_finished_total[5m])) > 0.1
and sum(increase(reqrun_requests_finished_total[5m])) >= 50`,
        lasts: '5m',
        summary: 'There are {{ $value | humanizePercentage }} as many fallbacks as requests.',
      },
      {
        name: 'ReqRunOutageWaitedOut',
        severity: 'warning',
        expression: 'max(reqrun_records_waiting_out_outage) > 20',
        lasts: '15m',
        summary: '{{ $value }} requests wait for a provider that fails, until their deadline.',
      },
      {
        name: 'ReqRunAttemptsLost',
        severity: 'warning',
        expression: 'sum(increase(reqrun_attempts_total{outcome="lost"}[10m])) > 0',
        lasts: '0m',
        summary:
          'About {{ $value | humanize }} attempts were lost with their worker in 10 minutes.',
      },
      {
        name: 'ReqRunAnswersFenced',
        severity: 'warning',
        expression: 'sum(increase(reqrun_fenced_total[15m])) > 0',
        lasts: '0m',
        summary: 'A worker got answers for requests that it no longer owned, and discarded them.',
      },
    ],
    'reqrun-calls': [
      {
        name: 'ReqRunRefusesCalls',
        severity: 'critical',
        expression: `sum by (code) (rate(reqrun_calls_refused_total{code=~"${refusals.join('|')}"}[5m])) > 0.1`,
        lasts: '2m',
        summary: '{{ $value | humanize }} calls a second are refused with {{ $labels.code }}.',
      },
      {
        name: 'ReqRunInternalErrors',
        severity: 'warning',
        expression: 'sum(increase(reqrun_calls_refused_total{code="internal_error"}[10m])) > 0',
        lasts: '0m',
        summary: 'Calls were answered with 500 internal_error.',
      },
      {
        name: 'ReqRunKeysGuessed',
        severity: 'warning',
        expression:
          'sum(increase(reqrun_calls_refused_total{code="too_many_failed_keys"}[10m])) > 50',
        lasts: '0m',
        summary: 'An address sends calls with wrong API keys, and is throttled.',
      },
    ],
    'reqrun-processes': [
      {
        name: 'ReqRunWorkerMissing',
        severity: 'critical',
        expression: 'absent(reqrun_in_flight)',
        lasts: '2m',
        summary: 'No worker can be scraped.',
      },
      {
        name: 'ReqRunApiMissing',
        severity: 'critical',
        expression: 'absent(reqrun_waiting)',
        lasts: '2m',
        summary: 'No API process can be scraped.',
      },
      {
        name: 'ReqRunProcessRestarts',
        severity: 'warning',
        expression: 'changes(process_start_time_seconds{service=~"api|worker"}[30m]) > 2',
        lasts: '0m',
        summary:
          '{{ $labels.instance }} ({{ $labels.service }}) started {{ $value }} times in 30 minutes.',
      },
      {
        name: 'ReqRunEventLoopBlocked',
        severity: 'warning',
        expression: 'nodejs_eventloop_lag_p99_seconds{service=~"api|worker"} > 0.5',
        lasts: '5m',
        summary:
          '{{ $labels.instance }} ({{ $labels.service }}) reacts only after {{ $value | humanizeDuration }}.',
      },
    ],
    'reqrun-database': [
      {
        name: 'ReqRunDatabaseConnectionsExhausted',
        severity: 'warning',
        expression: 'min_over_time(reqrun_database_connections{state="waiting"}[5m]) > 0',
        lasts: '0m',
        summary: 'Statements of {{ $labels.instance }} have waited for a connection for 5 minutes.',
      },
      {
        name: 'ReqRunStreamsPaused',
        severity: 'warning',
        expression: 'min_over_time(reqrun_stream_paused[5m]) > 0',
        lasts: '0m',
        summary: 'Streams are read no further, because the database is slower than the providers.',
      },
      {
        name: 'ReqRunTimersFail',
        severity: 'warning',
        expression: 'sum(increase(reqrun_backoff_timer_errors_total[10m])) > 10',
        lasts: '10m',
        summary: 'Timers of retries cannot be set or served.',
      },
    ],
  };
}
