import { runDriver, startProvider } from '../children.js';
import type { DriverJob, DriverResult } from '../driver-job.js';
import { watchOtherLoad } from '../other-load.js';
import { type MemorySpan, type MemoryTrace, traceMemory } from '../overload/memory.js';
import { type Product, startProduct } from '../product.js';
import { disturbance, type Section } from '../report.js';
import { type Column, figure, renderTable } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

/** Ratio of the offered rate to the rate of a closed loop. */
const TIMES = 2;
/** More clients than the product should ever hold at once. */
const CONNECTIONS = 2_048;

interface Row {
  work: string;
  offeredPerSecond: number;
  result: DriverResult;
  memory: MemoryTrace;
  /** Number of new records, and of those that are completed. */
  records: number;
  completed: number;
  /** Time from the last call's answer until no request was open. */
  drainSeconds: number;
}

/** Twice the rate that the product can serve: refused calls, kept records, memory. */
export const overload: Study = async ({ quick, redis, say }) => {
  const seconds = quick ? 5 : 30;
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  try {
    for (const [name, fields, clients] of [
      ['waited', { wait: true }, 128],
      ['accepted', {}, 64],
    ] as const) {
      const job: DriverJob = {
        url: product.url,
        headers: product.headers,
        fields,
        promptBytes: 600,
        connections: clients,
        seconds: quick ? 3 : 8,
      };
      say(`${name}: closed loop, ${clients} clients, for its capacity`);
      await runDriver({ ...job, seconds: 2 });
      const before = traceMemory(product.launcherPid);
      const capacity = await runDriver(job);
      const memory = before();
      await drained(product);
      rows.push({
        work: `${name}, closed loop, ${clients} clients`,
        offeredPerSecond: capacity.perSecond,
        result: capacity,
        memory,
        records: capacity.calls,
        completed: capacity.calls,
        drainSeconds: 0,
      });
      const ratePerSecond = Math.round(capacity.perSecond * TIMES);
      say(`${name}: ${ratePerSecond}/s offered for ${seconds} s`);
      rows.push(
        await overloaded(`${name}, ${TIMES} × that offered`, product, {
          ...job,
          connections: CONNECTIONS,
          seconds,
          ratePerSecond,
        }),
      );
    }
  } finally {
    await product.stop();
    await provider.stop();
  }
  const { busy, stolen } = watch();
  return [section(rows, [busy + stolen])];
};

async function overloaded(work: string, product: Product, job: DriverJob): Promise<Row> {
  const before = { records: await product.records(), completed: await product.completed() };
  const trace = traceMemory(product.launcherPid);
  const result = await runDriver(job);
  const began = performance.now();
  await drained(product);
  return {
    work,
    offeredPerSecond: job.ratePerSecond ?? 0,
    result,
    memory: trace(),
    records: (await product.records()) - before.records,
    completed: (await product.completed()) - before.completed,
    drainSeconds: (performance.now() - began) / 1000,
  };
}

const COLUMNS: readonly Column<Row>[] = [
  ['work', ({ work }) => work],
  ['offered/s', ({ offeredPerSecond }) => figure(offeredPerSecond, 0)],
  ['served/s', ({ result }) => figure(served(result) / result.seconds, 0)],
  ['p50 ms', ({ result }) => figure(result.p50, 0)],
  ['p95 ms', ({ result }) => figure(result.p95, 0)],
  ['p99 ms', ({ result }) => figure(result.p99, 0)],
  ['refused', ({ result }) => `${((result.refused.calls / result.calls) * 100).toFixed(0)} %`],
  ['with retry-after', ({ result }) => withRetryAfter(result)],
  ['refusal p99 ms', ({ result }) => (result.refused.calls ? figure(result.refused.p99, 0) : '')],
  ['other errors', ({ result }) => String(result.calls - served(result) - result.refused.calls)],
  ['accepted', ({ records }) => String(records)],
  ['finished', ({ completed }) => String(completed)],
  ['drained in s', ({ drainSeconds }) => figure(drainSeconds, 1)],
  ['API MiB first/peak/last', ({ memory }) => memoryOf(memory['api'])],
  ['worker MiB first/peak/last', ({ memory }) => memoryOf(memory['worker'])],
];

function section(rows: readonly Row[], loads: readonly number[]): Section {
  return {
    title: `Overload: ${TIMES} × the capacity, ${CONNECTIONS.toLocaleString('en')} connections`,
    table: renderTable(COLUMNS, rows),
    rows,
    notes: [
      'Open loop: latency of what was served counts from the time at which the call was due.',
      ...rows
        .filter(({ result, records, completed }) => completed < records || records < served(result))
        .map(({ work }) => `${work}: something that was accepted was not finished.`),
      ...disturbance(loads),
    ],
    bars: [],
  };
}

const served = ({ statuses }: DriverResult): number =>
  Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (status.startsWith('2') ? count : 0),
    0,
  );

const withRetryAfter = ({ refused }: DriverResult): string =>
  refused.calls === 0 ? '' : refused.withRetryAfter === refused.calls ? 'all' : 'not all';

const memoryOf = (seen: MemorySpan | undefined): string =>
  seen === undefined
    ? ''
    : [seen.first, seen.peak, seen.last].map((mib) => mib.toFixed(0)).join('/');
