import { type Options, readOptions, type Scenario, USAGE } from './options.js';
import { isClean, printReport, type Report, say, writeReport } from './report.js';
import { chaos } from './scenarios/chaos.js';
import { failover } from './scenarios/failover.js';
import { failpoints } from './scenarios/failpoints.js';
import { mutants } from './scenarios/mutants.js';
import { outages } from './scenarios/outages.js';
import { recovery } from './scenarios/recovery.js';
import { rolling } from './scenarios/rolling.js';
import { streams } from './scenarios/streams.js';

const RUN: Readonly<Record<Scenario, (options: Options) => Promise<Report>>> = {
  chaos,
  failpoints,
  recovery,
  outages,
  failover,
  rolling,
  streams,
  mutants,
};

/** Runs a scenario. The exit code is 0 when all guarantees held. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const report = await RUN[options.scenario](options);
  printReport(report);
  say(`\nReport: ${await writeReport(report, options.report)}`);
  return isClean(report) ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  const usage = error instanceof TypeError ? `\n${USAGE}` : '';
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : ''}${usage}\n`);
  process.exit(2);
}
