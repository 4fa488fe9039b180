import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import type { Logger } from '../logging/index.js';

/** Settings of an exporter that the environment does not tell it. */
type ExporterConfig = ConstructorParameters<typeof OTLPTraceExporter>[0];
type Done = (result: ExportResult) => void;
type Report = (result: ExportResult) => void;

/** Sends spans, and tells how that went. */
export class WatchedTraceExporter extends OTLPTraceExporter {
  /**
   * @param config the headers
   * @param report told of each export
   */
  constructor(
    config: ExporterConfig,
    private readonly report: Report,
  ) {
    super(config);
  }

  override export(items: Parameters<OTLPTraceExporter['export']>[0], done: Done): void {
    super.export(items, (result) => {
      this.report(result);
      done(result);
    });
  }
}

/** Sends metrics, and tells how that went. */
export class WatchedMetricExporter extends OTLPMetricExporter {
  /**
   * @param config the headers
   * @param report told of each export
   */
  constructor(
    config: ExporterConfig,
    private readonly report: Report,
  ) {
    super(config);
  }

  override export(items: Parameters<OTLPMetricExporter['export']>[0], done: Done): void {
    super.export(items, (result) => {
      this.report(result);
      done(result);
    });
  }
}

/**
 * Creates a report of exports: one line when they begin to fail, one when they work again. What the collector has
 * said is not logged.
 *
 * @param logger the process's log
 * @param signal what is exported
 */
export function logExports(logger: Logger, signal: 'metrics' | 'traces'): Report {
  let failing = false;
  return ({ code, error }) => {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed && !failing) {
      logger.warn('telemetry.export_failed', { signal, error_code: codeOf(error) });
    } else if (!failed && failing) {
      logger.info('telemetry.export_recovered', { signal });
    }
    failing = failed;
  };
}

/** The code of a network error, or the status of the collector's answer. */
function codeOf(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  return (typeof code === 'string' && /^[A-Z_]{1,64}$/.test(code)) || typeof code === 'number'
    ? String(code)
    : null;
}
