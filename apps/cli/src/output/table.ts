import Table from 'cli-table3';

import type { Colors } from './output.js';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * A table of columns without lines, so that what is in it can be selected and cut.
 *
 * @param head names of the columns; none for a list of names and values
 * @param rows cells that are fit for a terminal
 * @param colors for the head
 * @returns lines without blanks at their ends
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colors: Colors,
): string {
  const made = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  made.push(
    ...(head.length === 0 ? [] : [head.map((name) => colors.dim(name))]),
    ...rows.map((row) => [...row]),
  );
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
