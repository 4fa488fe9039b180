import { randomBytes } from 'node:crypto';

import { runDriver, startProvider } from '../children.js';
import type { DriverJob, DriverResult } from '../driver-job.js';
import { addProject } from '../flood/second-project.js';
import { watchOtherLoad } from '../other-load.js';
import { startProduct } from '../product.js';
import { disturbance } from '../report.js';
import { type Column, figure, renderTable, statusesOf } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

const CONNECTIONS = 3_000;
/** Number of calls of the other project during one flood. */
const CALLS = 40;
const SECONDS = 12;
const RAMP_SECONDS = 3;

interface Row {
  work: string;
  flood: DriverResult;
  other: DriverResult;
}

/** One project floods the product with connections; another one continues its few calls. */
export const flood: Study = async ({ redis, say }) => {
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  const masterKey = randomBytes(32);
  const provider = await startProvider(0);
  const product = await startProduct({
    providerUrl: provider.baseUrl,
    redis,
    settings: { REQRUN_MASTER_KEY: masterKey.toString('hex') },
  });
  try {
    const secret = await addProject(product.databaseUrl, masterKey);
    for (const [work, fields] of [
      ['accepted', {}],
      ['waited', { wait: true }],
    ] as const) {
      say(`${work}, ${CONNECTIONS} connections`);
      const job: DriverJob = {
        url: product.url,
        headers: product.headers,
        fields,
        promptBytes: 600,
        connections: CONNECTIONS,
        seconds: SECONDS,
      };
      const own = { ...job, headers: { authorization: `Bearer ${secret}` }, connections: 1 };
      await runDriver({ ...own, seconds: 2 });
      rows.push({ work, ...(await floodBeside(job, own)) });
      await drained(product);
    }
  } finally {
    await product.stop();
    await provider.stop();
  }
  const { busy, stolen } = watch();
  return [
    {
      title: `A flood of ${CONNECTIONS.toLocaleString('en')} connections of one project, ${CALLS} calls of another`,
      table: renderTable(COLUMNS, rows),
      rows,
      notes: disturbance([busy + stolen]),
      bars: [],
    },
  ];
};

/** Starts the calls of the other project when the flood has reached its full rate. */
async function floodBeside(job: DriverJob, own: DriverJob): Promise<Omit<Row, 'work'>> {
  let other: Promise<DriverResult> | undefined;
  const flooding = await runDriver({ ...job, rampSeconds: RAMP_SECONDS }, () => {
    other = runDriver({ ...own, calls: CALLS, seconds: 120 });
  });
  if (other === undefined) {
    throw new Error('the flood ended before it was at its height');
  }
  return { flood: flooding, other: await other };
}

const COLUMNS: readonly Column<Row>[] = [
  ['work', ({ work }) => work],
  ['flood: answers', ({ flood: { statuses } }) => statusesOf(statuses)],
  ['other: answers', ({ other: { statuses } }) => statusesOf(statuses)],
  ['other: p50 ms', ({ other }) => figure(other.p50, 0)],
  ['other: p95 ms', ({ other }) => figure(other.p95, 0)],
];
