import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CHECKOUT } from './system/checkout.js';

/** One line of the summary. */
export interface Verdict {
  readonly name: string;
  /** What is wrong; empty when all is well. */
  readonly violations: readonly string[];
  /** Said beside it, e.g. a figure. */
  readonly note?: string;
}

/** What a scenario came to. */
export interface Report {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  /** Figures by name, for the summary and the file. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** Everything else that goes into the file. */
  readonly details: object;
}

const SHOWN = 6;
const KEPT = 200;

/** Prints a line. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Whether nothing was wrong. */
export const isClean = ({ verdicts }: Report): boolean =>
  verdicts.every(({ violations }) => violations.length === 0);

/**
 * Prints the summary.
 *
 * @param report what came of it
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
 * @param report what came of it
 * @param file where; null for a name of its own in `.reqrun/chaos`
 * @returns where it is
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
