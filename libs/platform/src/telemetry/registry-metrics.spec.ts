import { DataPointType } from '@opentelemetry/sdk-metrics';

import { Counter, Gauge, Histogram, Registry } from '../metrics/index.js';
import { RegistryMetrics } from './registry-metrics.js';

const registers = [new Registry()];
const collect = async () => {
  const { resourceMetrics, errors } = await new RegistryMetrics(registers[0]!, 'test').collect();
  const metrics = new Map(
    resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map((metric) => [metric.descriptor.name, metric]),
  );
  return { metrics, errors };
};

afterEach(() => registers[0]!.clear());

describe('the metrics of a process', () => {
  it('are sent with their names, kinds, labels and values', async () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', labelNames: ['code'], registers });
    counter.inc({ code: 'a' }, 2);
    counter.inc({ code: 'b' }, 3);
    new Gauge({ name: 'g', help: 'G.', registers }).set(7);
    const { metrics } = await collect();
    expect(metrics.get('c_total')).toMatchObject({
      descriptor: { description: 'C.' },
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: [
        { attributes: { code: 'a' }, value: 2 },
        { attributes: { code: 'b' }, value: 3 },
      ],
    });
    expect(metrics.get('g')).toMatchObject({
      dataPointType: DataPointType.GAUGE,
      dataPoints: [{ attributes: {}, value: 7 }],
    });
  });

  it('that are histograms have the count of each bucket alone', async () => {
    const histogram = new Histogram({
      ...{ name: 'h', help: 'H.', labelNames: ['at'], buckets: [1, 5], registers },
    });
    [0.5, 1, 2, 3, 9].forEach((value) => histogram.observe({ at: 'x' }, value));
    histogram.observe({ at: 'y' }, 4);
    const { metrics } = await collect();
    expect(metrics.get('h')).toMatchObject({
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [
        {
          attributes: { at: 'x' },
          value: { buckets: { boundaries: [1, 5], counts: [2, 2, 1] }, sum: 15.5, count: 5 },
        },
        {
          attributes: { at: 'y' },
          value: { buckets: { boundaries: [1, 5], counts: [0, 1, 0] }, sum: 4, count: 1 },
        },
      ],
    });
  });

  it('that can be read are sent though another can not', async () => {
    new Gauge({
      ...{ name: 'away', help: 'A.', registers },
      collect: () => Promise.reject(new Error('the database is away')),
    });
    new Gauge({ name: 'here', help: 'H.', registers }).set(1);
    const { metrics, errors } = await collect();
    expect([...metrics.keys()]).toEqual(['here']);
    expect(errors).toHaveLength(1);
  });
});
