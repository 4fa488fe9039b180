import { startProvider } from '../children.js';
import { embeddingsAnswer, INPUTS } from '../embeddings/embeddings-answer.js';
import { watchOtherLoad } from '../other-load.js';
import { type MemorySpan, type MemoryTrace, traceMemory } from '../overload/memory.js';
import { type Product, startProduct } from '../product.js';
import { disturbance, type Section } from '../report.js';
import { type Column, figure, renderTable } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

const MIB = 1024 * 1024;
const NUMBERS_OF_CALLS = [1, 4] as const;

interface Row {
  calls: number;
  /** Position of the round in its processes: the first one also pays for what V8 keeps. */
  round: number;
  memory: MemoryTrace;
  /** Growth of the API's memory, in sizes of all answers together. */
  api: number;
  /** Growth of the worker's memory, likewise. */
  worker: number;
}

/** Embeddings answers of 16 MiB, waited for: the memory that each takes in API and worker. */
export const embeddings: Study = async ({ redis, quick, say }) => {
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  const answerBytes = embeddingsAnswer().length;
  const provider = await startProvider(0);
  try {
    for (const calls of NUMBERS_OF_CALLS) {
      say(`${calls} at once`);
      // New processes, so that none starts with the memory of other answers.
      const product = await startProduct({ providerUrl: provider.baseUrl, redis });
      try {
        for (let round = 1; round <= (quick ? 1 : 3); round++) {
          const memory = await fetchAtOnce(product, calls, answerBytes);
          const growth = (process: string): number =>
            growthOf(memory[process]) / ((calls * answerBytes) / MIB);
          rows.push({ calls, round, memory, api: growth('api'), worker: growth('worker') });
        }
      } finally {
        await product.stop();
      }
    }
  } finally {
    await provider.stop();
  }
  const { busy, stolen } = watch();
  return [
    {
      title: 'Embeddings answers of 16 MiB: memory',
      table: renderTable(COLUMNS, rows),
      rows,
      notes: [
        `Each answer has ${INPUTS} vectors and ${(answerBytes / MIB).toFixed(1)} MiB. ` +
          'Growth is the peak of resident memory above that before the round, in sizes of all answers together.',
        ...disturbance([busy + stolen]),
      ],
      bars: [],
    } satisfies Section,
  ];
};

async function fetchAtOnce(
  product: Product,
  calls: number,
  answerBytes: number,
): Promise<MemoryTrace> {
  const call = async (input: readonly string[]): Promise<number> => {
    const answer = await fetch(product.url.replace('/chat/completions', '/embeddings'), {
      method: 'POST',
      headers: { ...product.headers, 'content-type': 'application/json' },
      // The bare provider looks for the model at the beginning.
      body: JSON.stringify({ model: 'embeddings', input, wait: true, wait_timeout_ms: 120_000 }),
    });
    let bytes = 0;
    for await (const chunk of answer.body ?? []) {
      bytes += (chunk as Uint8Array).length;
    }
    return answer.status === 200 ? bytes : -answer.status;
  };
  const inputs = Array.from({ length: INPUTS }, (_, index) => `text ${index}`);
  const trace = traceMemory(product.launcherPid);
  const sizes = await Promise.all(Array.from({ length: calls }, () => call(inputs)));
  await drained(product);
  if (sizes.some((size) => size !== answerBytes)) {
    throw new Error(`expected ${answerBytes} bytes from each call, got ${sizes.join(', ')}`);
  }
  return trace();
}

const COLUMNS: readonly Column<Row>[] = [
  ['calls at once', ({ calls }) => String(calls)],
  ['round', ({ round }) => String(round)],
  ['API MiB before/peak', ({ memory }) => spanOf(memory['api'])],
  ['API growth', ({ api }) => `${figure(api, 2)}×`],
  ['worker MiB before/peak', ({ memory }) => spanOf(memory['worker'])],
  ['worker growth', ({ worker }) => `${figure(worker, 2)}×`],
];

const spanOf = (seen: MemorySpan | undefined): string =>
  seen === undefined ? '' : `${seen.first.toFixed(0)}/${seen.peak.toFixed(0)}`;

const growthOf = (seen: MemorySpan | undefined): number =>
  seen === undefined ? NaN : seen.peak - seen.first;
