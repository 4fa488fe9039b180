import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { readPairs, type TelemetryConfig, type telemetryUse } from '../config/index.js';
import type { TelemetrySource } from './open-telemetry.js';
import { RegistryMetrics } from './registry-metrics.js';
import { SdkTracing } from './sdk-tracing.js';
import type { DistributionSpec, Telemetry } from './telemetry.js';
import { logExports, WatchedMetricExporter, WatchedTraceExporter } from './watched-exporters.js';

/** Name of the instrumentation. */
const SCOPE = 'reqrun';
/** Longest time that the last export may take when the process stops, in ms. */
const LAST_EXPORT_MS = 2_000;

/**
 * Starts the SDK. It takes its limits, its sampler and the address of the collector from the environment. Spans wait in
 * a bounded queue and are dropped when it is full, so a collector that is away costs a request nothing.
 *
 * @param source the process
 * @param use what is sent
 */
export function startSdk(
  { service, config, registry, logger }: TelemetrySource,
  use: ReturnType<typeof telemetryUse>,
): Telemetry {
  const resource = resourceFromAttributes(attributesOf(service, config));
  const headers = readPairs('OTEL_EXPORTER_OTLP_HEADERS', config.OTEL_EXPORTER_OTLP_HEADERS);
  const tracers = use.traces
    ? new BasicTracerProvider({
        resource,
        spanProcessors: [
          new BatchSpanProcessor(
            new WatchedTraceExporter({ headers }, logExports(logger, 'traces')),
          ),
        ],
      })
    : null;
  const meters = use.metrics
    ? new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: new WatchedMetricExporter({ headers }, logExports(logger, 'metrics')),
            exportIntervalMillis: config.OTEL_METRIC_EXPORT_INTERVAL,
            exportTimeoutMillis: Math.min(30_000, config.OTEL_METRIC_EXPORT_INTERVAL),
            metricProducers: [new RegistryMetrics(registry, SCOPE)],
          }),
        ],
      })
    : null;
  const meter = meters?.getMeter(SCOPE);
  return {
    tracing:
      tracers === null
        ? null
        : new SdkTracing(
            tracers.getTracer(SCOPE),
            config.OTEL_PROPAGATORS.includes('tracecontext'),
            config.OTEL_TRACES_SAMPLER.startsWith('parentbased_'),
          ),
    distribution: (spec) => (meter === undefined ? null : histogramOf(meter, spec)),
    async close() {
      const ends = [tracers, meters].flatMap((one) => (one === null ? [] : [one.shutdown()]));
      // A collector that is away does not hold up the process.
      await Promise.race([
        Promise.allSettled(ends),
        new Promise((resolve) => setTimeout(resolve, LAST_EXPORT_MS).unref()),
      ]);
    },
  };
}

function histogramOf(
  meter: ReturnType<MeterProvider['getMeter']>,
  { name, description, unit, buckets }: DistributionSpec,
): ReturnType<Telemetry['distribution']> {
  const histogram = meter.createHistogram(name, {
    ...{ description, unit },
    advice: { explicitBucketBoundaries: [...buckets] },
  });
  return { record: (value, attributes) => histogram.record(value, attributes) };
}

/** Attributes that tell processes apart. What a user has set wins. */
function attributesOf(service: string, config: TelemetryConfig): Record<string, number | string> {
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { version: string };
  const own = readPairs('OTEL_RESOURCE_ATTRIBUTES', config.OTEL_RESOURCE_ATTRIBUTES);
  const { OTEL_SERVICE_NAME: name } = config;
  return {
    'service.name': `reqrun-${service}`,
    'service.version': version,
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': process.pid,
    'reqrun.process': service,
    ...own,
    ...(name !== undefined && { 'service.name': name }),
  };
}
