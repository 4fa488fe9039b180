import { cpus } from 'node:os';

import { startTestRedis } from '@reqrun/platform/testing';

import { readArguments, UsageError } from './arguments.js';
import { watchOtherLoad } from './other-load.js';
import { disturbance } from './report.js';
import { STUDIES, USUAL } from './suites/index.js';
import { type Conditions, writeResults } from './write-results.js';

/*
 * `npm run bench -- [suite …] [--quick] [--redis] [--out FOLDER] [--baseline FOLDER]`: measures the product as it ships.
 * Progress goes to standard error, Markdown tables to standard output. The results are also written to
 * files: as Markdown, as JSON and as a chart.
 */

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2), Object.keys(STUDIES), USUAL);
  const watch = watchOtherLoad();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { busy, stolen } = watch();
  disturbance([busy + stolen]).forEach(say);

  const redis = asked.redis ? await startTestRedis() : undefined;
  const conditions: Conditions = {
    date: new Date().toISOString(),
    node: process.version,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    redis: asked.redis,
    quick: asked.quick,
    otherLoadAtStart: Number((busy + stolen).toFixed(2)),
  };
  try {
    for (const name of asked.suites) {
      say(`== ${name}`);
      const sections = await STUDIES[name]?.({
        runs: asked.quick ? 1 : 5,
        seconds: asked.quick ? 3 : 5,
        quick: asked.quick,
        redis,
        baseline: asked.baseline,
        say,
      });
      await writeResults(asked.out, name, conditions, sections ?? [], say);
    }
  } finally {
    await redis?.close();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  say(error.message);
  process.exitCode = 2;
}
