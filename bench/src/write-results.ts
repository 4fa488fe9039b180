import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { renderChart, type Section } from './report.js';

/** Conditions of a run. */
export interface Conditions {
  /** Date as ISO 8601. */
  date: string;
  node: string;
  cores: number;
  processor: string;
  redis: boolean;
  quick: boolean;
  /** Share of the machine that other work used before the run, from 0 to 1. */
  otherLoadAtStart: number;
}

/**
 * Prints the results of a suite, and writes them: NAME.md, NAME.json, NAME.svg.
 *
 * @param folder folder of the files, created if missing
 * @param name name of the suite
 * @param conditions conditions of the run
 * @param sections results of the suite
 * @param say reports the paths of the files
 */
export async function writeResults(
  folder: string,
  name: string,
  conditions: Conditions,
  sections: readonly Section[],
  say: (line: string) => void,
): Promise<void> {
  const markdown = renderMarkdown(conditions, sections);
  process.stdout.write(`${markdown}\n`);
  await mkdir(folder, { recursive: true });
  const write = async (ending: string, text: string): Promise<void> => {
    const path = join(folder, `${name}.${ending}`);
    await writeFile(path, text);
    say(`Written: ${path}`);
  };
  await write('md', markdown);
  await write(
    'json',
    `${JSON.stringify({ ...conditions, sections: sections.map(({ title, rows, notes }) => ({ title, rows, notes })) }, null, 2)}\n`,
  );
  const bars = sections.flatMap((section) => section.bars);
  if (bars.length > 0) {
    await write('svg', renderChart(bars));
  }
}

/**
 * Returns a suite's tables with their conditions.
 *
 * @param conditions conditions, named below each title
 * @param sections sections with the tables
 */
export function renderMarkdown(conditions: Conditions, sections: readonly Section[]): string {
  const { date, node, cores, processor, redis, quick, otherLoadAtStart } = conditions;
  const under =
    `${date.slice(0, 10)}, Node ${node}, ${cores} × ${processor}, ` +
    `${redis ? 'with' : 'without'} Redis${quick ? ', quick run' : ''}, ` +
    `other load before the run ${(otherLoadAtStart * 100).toFixed(0)} %`;
  return sections
    .map(({ title, table, notes }) =>
      [`### ${title}`, under, table, ...notes.map((note) => `- ${note}`)].join('\n\n'),
    )
    .join('\n\n')
    .concat('\n');
}
