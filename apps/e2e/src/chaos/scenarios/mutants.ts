import { CHECKS } from '../checks/all.js';
import { MUTANTS } from '../mutants/mutants.js';
import type { Options } from '../options.js';
import { printReport, type Report, say, type Verdict } from '../report.js';
import { chaos } from './chaos.js';

const REQUESTS = 240;
const FAULTS = 8;

/**
 * Runs the harness against each variant of the product that lacks a guard. It must notice each.
 *
 * @param options the seed, and whether there is a Redis
 */
export async function mutants(options: Options): Promise<Report> {
  const began = Date.now();
  const verdicts: Verdict[] = [];
  for (const { name, without, provokedBy } of MUTANTS) {
    const report = await chaos({
      ...options,
      ...{ requests: REQUESTS, faults: FAULTS, mutant: name, only: provokedBy },
    });
    printReport(report);
    const caughtBy = report.verdicts
      .filter(
        (verdict) =>
          verdict.violations.length > 0 && CHECKS.some((check) => check.name === verdict.name),
      )
      .map((verdict) => `${verdict.name.split(' ')[0] ?? ''} (${verdict.violations.length})`);
    verdicts.push({
      name,
      violations: caughtBy.length > 0 ? [] : ['no check noticed it'],
      note: `${without}; caught by ${caughtBy.join(', ')}`,
    });
    say(`  ${name}: caught by ${caughtBy.join(', ') || 'nothing'}`);
  }
  return {
    title: 'Variants of the product without one guard each',
    verdicts,
    figures: { 'took (s)': Math.round((Date.now() - began) / 1000) },
    details: {},
  };
}
