import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { renderChart, type Section } from './report.js';

/** What a run was done under. */
export interface Conditions {
  /** ISO 8601. */
  date: string;
  node: string;
  cores: number;
  processor: string;
  redis: boolean;
  quick: boolean;
  /** Share of the machine that others used before anything ran. */
  otherLoadAtStart: number;
}

/**
 * Shows what a suite found, and writes it: NAME.md, NAME.json, NAME.svg.
 *
 * @param folder made when missing
 * @param name the suite
 * @param conditions what it was done under
 * @param sections what it found
 * @param say tells of the files
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
 * A suite's tables, with what they were measured under.
 *
 * @param conditions named below each title
 * @param sections the tables
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
