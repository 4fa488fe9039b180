import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

type Sample = MetricValue<string> & { metricName?: string };
/** A metric of prom-client, whose type leaves its one method out. */
interface Readable {
  get(): Promise<Collected>;
}
type Collected = Omit<MetricObjectWithValues<Sample>, 'type'> & { type: unknown };

/**
 * The process's metrics for OpenTelemetry, under the names that Prometheus sees: what is counted is counted once.
 * They are read when they are sent, so that a request pays nothing for it.
 */
export class RegistryMetrics implements MetricProducer {
  private readonly startTime: HrTime = millisToHrTime(Date.now());

  /**
   * @param registry the process's metrics
   * @param scope name of the instrumentation
   */
  constructor(
    private readonly registry: Registry,
    private readonly scope: string,
  ) {}

  /** Reads all metrics. One that can't be read, because the database is away, is left out. */
  async collect(): Promise<CollectionResult> {
    const read = await Promise.allSettled(
      this.registry.getMetricsAsArray().map((metric) => (metric as unknown as Readable).get()),
    );
    const times = { startTime: this.startTime, endTime: millisToHrTime(Date.now()) };
    const metrics = read.flatMap((one) =>
      one.status === 'fulfilled' ? toMetricData(one.value, times) : [],
    );
    return {
      resourceMetrics: {
        resource: emptyResource(),
        scopeMetrics: [{ scope: { name: this.scope }, metrics }],
      },
      errors: read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
    };
  }
}

type Times = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

function toMetricData({ name, help, type, values }: Collected, times: Times): MetricData[] {
  const common = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === 'histogram') {
    const dataPoints = histogramsOf(name, values).map((point) => ({ ...times, ...point }));
    return [{ ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
  }
  const dataPoints = values.map(({ labels, value }) => ({
    ...{ ...times, value },
    attributes: attributesOf(labels),
  }));
  switch (type) {
    case 'counter':
      return [{ ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }];
    case 'gauge':
      return [{ ...common, dataPointType: DataPointType.GAUGE, dataPoints }];
    default:
      return [];
  }
}

interface Buckets {
  attributes: Attributes;
  boundaries: number[];
  /** Counts up to each boundary, as Prometheus has them; the last is that of all. */
  upTo: number[];
  sum: number;
}

/** Puts the samples of a histogram together, one point for each set of labels. */
function histogramsOf(
  name: string,
  samples: readonly Sample[],
): Pick<DataPoint<Histogram>, 'attributes' | 'value'>[] {
  const points = new Map<string, Buckets>();
  for (const { labels, value, metricName } of samples) {
    const { le, ...own } = labels;
    const attributes = attributesOf(own);
    const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const point = points.get(key) ?? { attributes, boundaries: [], upTo: [], sum: 0 };
    points.set(key, point);
    if (metricName === `${name}_sum`) {
      point.sum = value;
    } else if (metricName === `${name}_bucket`) {
      point.upTo.push(value);
      if (typeof le === 'number') {
        point.boundaries.push(le);
      }
    }
  }
  return [...points.values()].map(({ attributes, boundaries, upTo, sum }) => ({
    attributes,
    value: {
      buckets: {
        boundaries,
        counts: upTo.map((count, index) => count - (upTo[index - 1] ?? 0)),
      },
      sum,
      count: upTo.at(-1) ?? 0,
    },
  }));
}

const attributesOf = (labels: Readonly<Record<string, number | string | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
