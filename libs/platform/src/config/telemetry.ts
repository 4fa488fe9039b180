import { str } from 'envalid';

import { ConfigError } from './errors.js';
import type { ServiceConfig } from './service-config.js';
import { address, flag, integer, list, oneOf, share } from './validators.js';

const collector = address('http', 'https');

/**
 * Settings of traces and metrics over OTLP, by OpenTelemetry's own names. The SDK reads further ones itself, such as
 * `OTEL_BSP_*`; these are read here as well because they switch it on or because a wrong value should be named.
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const telemetrySettings = {
  OTEL_SDK_DISABLED: flag({
    default: false,
    desc: 'Send no traces and no metrics, whatever the other settings of OpenTelemetry say.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector({
    default: undefined,
    desc: 'The collector that traces and metrics are sent to (OTLP over HTTP), without `/v1/traces`. None means none are sent.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector({
    default: undefined,
    desc: 'Where traces alone are sent, with the whole path. Switches them on without a common collector.',
  }),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: collector({
    default: undefined,
    desc: 'Where metrics alone are sent, with the whole path. Switches them on without a common collector.',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: str({
    default: undefined,
    desc: 'Headers that are sent to the collector, such as its key: `name=value`, separated by commas, percent-encoded.',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf('http/protobuf')({
    default: 'http/protobuf',
    desc: 'The protocol of the collector. There is only this one.',
  }),
  OTEL_TRACES_EXPORTER: oneOf(
    'otlp',
    'none',
  )({ default: 'otlp', desc: '`none` sends no traces where metrics are sent.' }),
  OTEL_METRICS_EXPORTER: oneOf(
    'otlp',
    'none',
  )({ default: 'otlp', desc: '`none` sends no metrics where traces are sent.' }),
  OTEL_SERVICE_NAME: str({
    default: undefined,
    desc: 'The `service.name` of API and worker alike. Without it they are `reqrun-api` and `reqrun-worker`.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: str({
    default: undefined,
    desc: 'Further attributes of the process: `name=value`, separated by commas, percent-encoded.',
  }),
  OTEL_TRACES_SAMPLER: oneOf(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  )({
    default: 'parentbased_always_on',
    desc: 'Which traces are recorded. With `parentbased_` a caller that sends a `traceparent` decides about its own.',
  }),
  OTEL_TRACES_SAMPLER_ARG: share({
    default: 1,
    desc: 'The share of traces that the `traceidratio` samplers record, from 0 to 1.',
  }),
  OTEL_PROPAGATORS: list({
    default: ['tracecontext'],
    desc: "`none` takes up no caller's `traceparent` and sends none to providers. Other formats than `tracecontext` are ignored.",
  }),
  OTEL_METRIC_EXPORT_INTERVAL: integer(
    100,
    86_400_000,
  )({ default: 60_000, desc: 'How often metrics are sent.' }),
};

/** Values of {@link telemetrySettings}. */
export type TelemetryConfig = Pick<ServiceConfig, keyof typeof telemetrySettings>;

/** Kinds of telemetry that are sent. */
export interface TelemetryUse {
  readonly traces: boolean;
  readonly metrics: boolean;
}

/**
 * Tells what is sent. Nothing is, unless a collector is named.
 *
 * @param config the settings
 */
export function telemetryUse(config: TelemetryConfig): TelemetryUse {
  const on = (own: string | undefined, exporter: 'otlp' | 'none'): boolean =>
    !config.OTEL_SDK_DISABLED &&
    exporter === 'otlp' &&
    (own ?? config.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
  return {
    traces: on(config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, config.OTEL_TRACES_EXPORTER),
    metrics: on(config.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, config.OTEL_METRICS_EXPORTER),
  };
}

/**
 * Reads a list of names and values, as OpenTelemetry writes headers and attributes.
 *
 * @param setting name of the setting, for the error
 * @param text `name=value`, separated by commas; values may be percent-encoded
 * @throws ConfigError naming the setting, never what is in it
 */
export function readPairs(setting: string, text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of (text ?? '').split(',')) {
    if (part.trim() === '') {
      continue;
    }
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    if (name === '') {
      throw new ConfigError(`${setting}: expected name=value, separated by commas`);
    }
    try {
      pairs[name] = decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      throw new ConfigError(`${setting}: a value is not percent-encoded as it should be`);
    }
  }
  return pairs;
}
