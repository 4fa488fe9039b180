import { startCollector, startProvider } from '../children.js';
import { type Load, type Measurement, measureInTurns, warm } from '../measure.js';
import { type Product, startProduct } from '../product.js';
import { measurementSection } from '../report.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

/** Share of the traces that is recorded. */
const SHARE = 0.1;
/** Loads: waited calls, and accepted ones. */
const LOADS = [
  ['waited', { wait: true }, 128],
  ['accepted', {}, 64],
] as const;

/** The cost of OpenTelemetry: one product without a collector and one with, in turns on one machine. */
export const telemetry: Study = async ({ runs, seconds, redis, say }) => {
  const provider = await startProvider(0);
  const collector = await startCollector();
  const off = await startProduct({ providerUrl: provider.baseUrl, redis });
  const on = await startProduct({
    providerUrl: provider.baseUrl,
    redis,
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: String(SHARE),
    },
  });
  const load = (
    product: Product,
    name: string,
    fields: Readonly<Record<string, unknown>>,
    connections: number,
  ): Load & { product: Product } => ({
    work: `${product === on ? `on, ${SHARE * 100} % of the traces` : 'off'}, ${name}, ${connections} clients`,
    job: {
      ...{ url: product.url, headers: product.headers, fields },
      ...{ promptBytes: 600, connections, seconds },
    },
    product,
    settle: () => drained(product),
  });
  const rows: Measurement[] = [];
  const costs: string[] = [];
  try {
    for (const product of [off, on]) {
      say('warming up');
      await warm(load(product, '', { wait: true }, 128).job);
      await drained(product);
    }
    for (const [name, fields, connections] of LOADS) {
      say(`${name}, in turns`);
      const loads = [off, on].map((product) => load(product, name, fields, connections));
      const [without, with_] = await measureInTurns(loads, runs);
      if (without === undefined || with_ === undefined) {
        throw new Error('nothing was measured');
      }
      rows.push(without, with_);
      costs.push(
        `${name}: ${percent((with_.ofDirect ?? 1) - 1)} requests per second (median of the turns), ` +
          `${percent((with_.cpuMsPerRequest ?? 0) / (without.cpuMsPerRequest ?? 1) - 1)} CPU per request`,
      );
    }
    costs.forEach(say);
    const section = measurementSection('OpenTelemetry, with a tenth of the traces', rows);
    return [{ ...section, notes: [...costs, ...section.notes] }];
  } finally {
    await on.stop();
    await off.stop();
    await collector.stop();
    await provider.stop();
  }
};

const percent = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
