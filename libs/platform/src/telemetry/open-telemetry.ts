import type { Registry } from 'prom-client';

import { telemetryUse, type TelemetryConfig } from '../config/index.js';
import type { Logger } from '../logging/index.js';
import { NO_TELEMETRY, type Telemetry } from './telemetry.js';

/** A process that sends telemetry. */
export interface TelemetrySource {
  /** Name of the process, such as `api`. */
  readonly service: string;
  readonly config: TelemetryConfig;
  /** The process's metrics, which are sent under their own names. */
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * Opens the telemetry of a process. The SDK is loaded only where a collector is named: it takes memory, and time
 * at the start.
 *
 * @param source the process
 */
export async function openTelemetry(source: TelemetrySource): Promise<Telemetry> {
  const use = telemetryUse(source.config);
  if (!use.traces && !use.metrics) {
    return NO_TELEMETRY;
  }
  const { startSdk } = await import('./sdk.js');
  return startSdk(source, use);
}
