import { request } from 'node:http';

import { startProvider } from '../children.js';
import { watchPauses } from '../hostile/longest-pause.js';
import { type Shape, SHAPES } from '../hostile/shapes.js';
import { watchOtherLoad } from '../other-load.js';
import { type MemorySpan, traceMemory } from '../overload/memory.js';
import { type Product, startProduct } from '../product.js';
import { disturbance } from '../report.js';
import { type Column, figure, renderTable } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

interface Row {
  shape: string;
  withKey: boolean;
  bodyMiB: number;
  status: number;
  answeredMs: number;
  longestPauseMs: number;
  api: MemorySpan | undefined;
}

/** Hostile bodies, one at a time: the latency of other calls, and the memory that each body takes. */
export const hostile: Study = async ({ redis, say }) => {
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  const provider = await startProvider(0);
  try {
    for (const shape of SHAPES) {
      for (const withKey of [false, true]) {
        say(`${shape.name}${withKey ? ', with an idempotency key' : ''}`);
        // A new process for each body, so that none starts with the memory of another.
        const product = await startProduct({ providerUrl: provider.baseUrl, redis });
        try {
          rows.push(await sendOne(product, shape, withKey));
          await drained(product);
        } finally {
          await product.stop();
        }
      }
    }
  } finally {
    await provider.stop();
  }
  const { busy, stolen } = watch();
  return [
    {
      title: 'Hostile bodies: the longest answer of /health/live meanwhile, and memory',
      table: renderTable(COLUMNS, rows),
      rows,
      notes: [
        'One body at a time, each to processes of its own. Without another size a body has 31 MiB.',
        ...disturbance([busy + stolen]),
      ],
      bars: [],
    },
  ];
};

async function sendOne(product: Product, shape: Shape, withKey: boolean): Promise<Row> {
  const body = shape.make();
  const headers = withKey ? { 'idempotency-key': 'hostile' } : {};
  await post(product, Buffer.from('{"model":"bench","messages":[{"role":"user","content":"hi"}]}'));
  const trace = traceMemory(product.launcherPid);
  const pauses = watchPauses(new URL(product.url).origin);
  const began = performance.now();
  const status = await post(product, body, headers);
  const answeredMs = performance.now() - began;
  return {
    shape: shape.name,
    withKey,
    bodyMiB: body.length / 1024 / 1024,
    status,
    answeredMs,
    longestPauseMs: await pauses(),
    api: trace()['api'],
  };
}

function post(
  { url, headers }: Product,
  body: Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        ...more,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    });
    sent.once('response', (answer) =>
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0)),
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

const COLUMNS: readonly Column<Row>[] = [
  ['body', ({ shape }) => shape],
  ['idempotency key', ({ withKey }) => (withKey ? 'yes' : 'no')],
  ['status', ({ status }) => String(status)],
  ['answered after ms', ({ answeredMs }) => figure(answeredMs, 0)],
  ['longest pause ms', ({ longestPauseMs }) => figure(longestPauseMs, 0)],
  ['API MiB before', ({ api }) => figure(api?.first, 0)],
  ['API MiB at most', ({ api }) => figure(api?.peak, 0)],
  [
    'grown by × body',
    ({ api, bodyMiB }) => (api === undefined ? '' : figure((api.peak - api.first) / bodyMiB, 1)),
  ],
];
