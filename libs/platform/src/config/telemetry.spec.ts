import { loadServiceConfig, readPairs, telemetryUse } from './index.js';

const load = (environment: Record<string, string> = {}) =>
  loadServiceConfig({
    DATABASE_URL: 'postgresql://user@127.0.0.1/db',
    REQRUN_MASTER_KEY: '0f'.repeat(32),
    ...environment,
  });
const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('telemetry', () => {
  it.each([
    ['is off by default', {}, false, false],
    ['is on with a collector', COLLECTOR, true, true],
    ['is off when it is disabled', { ...COLLECTOR, OTEL_SDK_DISABLED: 'true' }, false, false],
    ['sends no traces to a collector for metrics', { OTEL_TRACES_EXPORTER: 'none' }, false, true],
    ['sends no metrics to a collector for traces', { OTEL_METRICS_EXPORTER: 'none' }, true, false],
  ])('%s', (_, environment, traces, metrics) => {
    const named = Object.keys(environment).some((name) => name.endsWith('_EXPORTER'));
    expect(telemetryUse(load({ ...(named && COLLECTOR), ...environment }))).toEqual({
      traces,
      metrics,
    });
  });

  it('is on for the one signal whose own collector is named', () => {
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/v1/traces' };
    expect(telemetryUse(load(own))).toEqual({ traces: true, metrics: false });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'a tenth'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'canary'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'name=%zz-canary'],
  ])('names a wrong %s and not its value', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(name);
    expect(() => load({ [name]: value })).not.toThrow(/canary/);
  });
});

describe('pairs', () => {
  it('are read with what is encoded in them', () => {
    expect(readPairs('X', ' a=1, b = two%20words ,c=d=e,')).toEqual({
      a: '1',
      b: 'two words',
      c: 'd=e',
    });
    expect(readPairs('X', undefined)).toEqual({});
  });
});
