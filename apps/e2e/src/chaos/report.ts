import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CHECKOUT } from './system/checkout.js';

/** A line of the summary. */
export interface Verdict {
  readonly name: string;
  /** Violations; empty if there are none. */
  readonly violations: readonly string[];
  /** Note shown with the verdict, e.g. a figure. */
  readonly note?: string;
}

/** Results of a scenario. */
export interface Report {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  /** Figures by name, for the summary and the file. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** Further details for the file. */
  readonly details: object;
}

const SHOWN = 6;
const KEPT = 200;

/** Prints a line. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Returns whether there are no violations. */
export const isClean = ({ verdicts }: Report): boolean =>
  verdicts.every(({ violations }) => violations.length === 0);

/**
 * Prints the summary.
 *
 * @param report results of the scenario
 */
export function printReport(report: Report): void {
  const width = Math.max(...report.verdicts.map(({ name }) => name.length), 20);
  say(`\n${report.title}`);
  for (const { name, violations, note } of report.verdicts) {
    const result = violations.length === 0 ? 'ok' : `${violations.length} WRONG`;
    say(`  ${name.padEnd(width)}  ${result}${note === undefined ? '' : `  ${note}`}`);
    violations.slice(0, SHOWN).forEach((line) => say(`      ${line}`));
  }
  for (const [name, value] of Object.entries(report.figures)) {
    say(`  ${name}: ${value}`);
  }
}

/**
 * Writes the report as JSON.
 *
 * @param report results of the scenario
 * @param file path of the file; null for a new file in `.reqrun/chaos`
 * @returns path of the written file
 */
export async function writeReport(report: Report, file: string | null): Promise<string> {
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`;
  const path = file ?? join(CHECKOUT, '.reqrun', 'chaos', name);
  const verdicts = report.verdicts.map((verdict) => ({
    ...verdict,
    count: verdict.violations.length,
    violations: verdict.violations.slice(0, KEPT),
  }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...report, verdicts }, null, 2)}\n`);
  return path;
}
