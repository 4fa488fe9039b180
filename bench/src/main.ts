import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { idleLoad, type Measurement } from './measure.js';
import { renderChart, renderTable } from './report.js';
import { asynchronous } from './suites/async.js';
import { sizes } from './suites/sizes.js';
import type { Suite } from './suites/suite.js';
import { sync } from './suites/sync.js';

/*
 * `npm run bench -- [sync|async|sizes …] [--quick] [--redis URL] [--out FOLDER]`: measures the
 * product as it ships. Prints a table; writes it as JSON and as a chart beside it.
 */

const SUITES: Readonly<Record<string, Suite>> = { sync, async: asynchronous, sizes };
/** Other load above this share of the machine spoils the figures. */
const QUIET = 0.1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    redis: { type: 'string' },
    out: { type: 'string', default: 'bench/results' },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const names = positionals.length > 0 ? positionals : Object.keys(SUITES);
const unknown = names.find((name) => SUITES[name] === undefined);
if (unknown !== undefined) {
  say(`There is no suite "${unknown}". There are: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

const cores = cpus().length;
const load = await idleLoad(cores);
const rows: Measurement[] = [];
for (const name of names) {
  say(`== ${name}`);
  const suite = SUITES[name];
  rows.push(
    ...((await suite?.({
      runs: values.quick ? 1 : 3,
      seconds: values.quick ? 3 : 8,
      redisUrl: values.redis,
      say,
    })) ?? []),
  );
}
const report = {
  date: new Date().toISOString(),
  node: process.version,
  cores,
  processor: cpus()[0]?.model ?? 'unknown',
  redis: values.redis !== undefined,
  otherLoadAtStart: Number(load.toFixed(2)),
  rows,
};
process.stdout.write(`${renderTable(rows)}\n`);
if (load > QUIET) {
  say(`Other work kept ${(load * 100).toFixed(0)} % of the machine busy: trust ratios only.`);
}
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
await writeFile(join(values.out, 'bench.svg'), renderChart(rows));
say(`Written: ${join(values.out, 'bench.json')}, ${join(values.out, 'bench.svg')}`);
