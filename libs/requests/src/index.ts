export * from './maintenance/bulk-retry.js';
export * from './direct/direct-dispatch-client.js';
export * from './direct/direct-dispatch-server.js';
export * from './queries/answer-opener.js';
export * from './content/stored-content.js';
export * from './content/content-frame.js';
export type { SealedBatch } from './content/sealed-batch.js';
export { countAndLog } from './events/count-and-log.js';
export * from './events/request-events.js';
export * from './lifecycle/accept.js';
export * from './lifecycle/claim.js';
export * from './lifecycle/claim-bounded.js';
export * from './lifecycle/control.js';
export * from './lifecycle/finish.js';
export type { AnsweredBy, DispatchCaller, DispatchResult } from './lifecycle/dispatch.js';
export type {
  Acceptance,
  AcceptedRequest,
  CacheLookup,
  NewRequest,
} from './lifecycle/new-request.js';
export { type OutageLimits, outageLimits, OutageWatch } from './lifecycle/outage-watch.js';
export * from './lifecycle/provider-responses.js';
export * from './lifecycle/recovery.js';
export * from './lifecycle/sdk-retries.js';
export * from './lifecycle/settle-followers.js';
export type { FallbackMetrics, MetricsModel, ModelMetrics } from './metrics/by-model.js';
export * from './metrics/metrics-reader.js';
export { rollUpMetrics } from './metrics/roll-up.js';
export * from './metrics/record-counts.js';
export * from './maintenance/project-removal.js';
export * from './queries/admin-reader.js';
export type { AdminAttempt, AdminRecord } from './queries/admin-record.js';
export * from './queries/request-result.js';
export * from './queries/policy-simulator.js';
export * from './queries/reader.js';
export * from './queries/response-ids.js';
export * from './maintenance/clear-cache.js';
export * from './maintenance/delete-content.js';
export * from './waiting/request-waiters.js';
export * from './maintenance/retention.js';
export * from './metrics/record-metrics.js';
export type { AdminFilter } from './sql/admin-queries.js';
export * from './streams/frame-appender.js';
export * from './streams/frame-batch.js';
export * from './streams/frame-hub.js';
export type { ShownFrames } from './streams/frame-message.js';
export * from './streams/log-writer.js';
export * from './streams/log-reader.js';
export * from './streams/stream-readers.js';
export * from './streams/stream-reading.js';
export { LogList } from './streams/log-list.js';
export * from './lanes/lane-row.js';
export * from './lanes/lane-store.js';
export * from './lanes/lanes-by-hand.js';
