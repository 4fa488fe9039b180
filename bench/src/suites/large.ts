import { runDriver, startProvider } from '../children.js';
import type { DriverJob, DriverResult } from '../driver-job.js';
import { watchOtherLoad } from '../other-load.js';
import { type MemorySpan, type MemoryTrace, traceMemory } from '../overload/memory.js';
import { type Product, startProduct } from '../product.js';
import { disturbance, type Section } from '../report.js';
import { type Column, figure, renderTable, statusesOf } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

const ANSWER_BYTES = 60_000_000;
const BODY_BYTES = 30 * 1024 * 1024;
const LARGE_CALLS = 40;
/** Rate of the small calls that run meanwhile. */
const SMALL_PER_SECOND = 20;

interface Work {
  name: string;
  fields: Readonly<Record<string, unknown>>;
  promptBytes: number;
  connections: number;
  calls: number;
  /** Duration of the small calls that run meanwhile. */
  seconds: number;
}

const WORKS: readonly Work[] = [
  {
    name: '40 answers of 60 MB at once, waited for',
    fields: { model: 'large', wait: true, wait_timeout_ms: 240_000 },
    promptBytes: 600,
    connections: LARGE_CALLS,
    calls: LARGE_CALLS,
    seconds: 40,
  },
  {
    name: '40 bodies of 30 MiB, all held by the provider at once',
    fields: { model: 'held' },
    promptBytes: BODY_BYTES,
    connections: 4,
    calls: LARGE_CALLS,
    seconds: 30,
  },
  {
    name: 'bodies of 30 MiB without a pause, 2 clients',
    fields: { model: 'bench' },
    promptBytes: BODY_BYTES,
    connections: 2,
    calls: LARGE_CALLS,
    seconds: 20,
  },
];

interface Row {
  work: string;
  large: DriverResult;
  small: DriverResult;
  memory: MemoryTrace;
  callsPerRequest: number;
  completed: number;
  records: number;
  seconds: number;
}

/** Large bodies and answers: the memory that they take, and their effect on other calls. */
export const large: Study = async ({ quick, redis, say }) => {
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  for (const work of quick ? WORKS.slice(0, 1) : WORKS) {
    say(work.name);
    const provider = await startProvider(0, ANSWER_BYTES);
    const product = await startProduct({ providerUrl: provider.baseUrl, redis });
    try {
      rows.push(await run(product, work));
    } finally {
      await product.stop();
      await provider.stop();
    }
  }
  const { busy, stolen } = watch();
  return [
    {
      title: 'Large bodies and answers',
      table: renderTable(COLUMNS, rows),
      rows,
      notes: [
        `Meanwhile ${SMALL_PER_SECOND} small calls a second, waited for, in an open loop.`,
        ...disturbance([busy + stolen]),
      ],
      bars: [],
    } satisfies Section,
  ];
};

async function run(product: Product, work: Work): Promise<Row> {
  const { url, headers } = product;
  const small: DriverJob = {
    url,
    headers,
    fields: { wait: true },
    promptBytes: 600,
    connections: 256,
    ratePerSecond: SMALL_PER_SECOND,
    seconds: 2,
  };
  await runDriver(small);
  await drained(product);
  const before = {
    attempts: await product.attempts(),
    records: await product.records(),
    completed: await product.completed(),
  };
  const trace = traceMemory(product.launcherPid);
  const began = performance.now();
  const [largeResult, smallResult] = await Promise.all([
    runDriver({ url, headers, ...work, seconds: 600 }),
    runDriver({ ...small, seconds: work.seconds }),
  ]);
  await drained(product);
  const seconds = (performance.now() - began) / 1000;
  const records = (await product.records()) - before.records;
  return {
    work: work.name,
    large: largeResult,
    small: smallResult,
    memory: trace(),
    callsPerRequest: ((await product.attempts()) - before.attempts) / records,
    completed: (await product.completed()) - before.completed,
    records,
    seconds,
  };
}

const COLUMNS: readonly Column<Row>[] = [
  ['work', ({ work }) => work],
  ['answers', ({ large: { statuses } }) => statusesOf(statuses)],
  ['took s', ({ seconds }) => figure(seconds, 0)],
  ['calls/request', ({ callsPerRequest }) => figure(callsPerRequest, 2)],
  ['completed', ({ completed, records }) => `${completed} of ${records}`],
  ['API MiB first/peak', ({ memory }) => memoryOf(memory['api'])],
  ['worker MiB first/peak', ({ memory }) => memoryOf(memory['worker'])],
  ['small p50 ms', ({ small }) => figure(small.p50, 0)],
  ['small p95 ms', ({ small }) => figure(small.p95, 0)],
  ['small answers', ({ small: { statuses } }) => statusesOf(statuses)],
];

const memoryOf = (seen: MemorySpan | undefined): string =>
  seen === undefined ? '' : `${seen.first.toFixed(0)}/${seen.peak.toFixed(0)}`;
