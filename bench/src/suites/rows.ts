import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { compare, type Comparison, verdict } from '../rows/compare.js';
import { fill, makeDue } from '../rows/fill.js';
import { CLAIMED, type Operation, OPERATIONS, runOperations } from '../rows/operations.js';
import { measureRetention } from '../rows/retention.js';
import { openSide, type Side } from '../rows/side.js';
import { type Column, figure, renderTable } from '../table.js';
import type { Study } from './suite.js';

/** Largest ratio of full to empty, for p50 and p95. */
const FLAT = 1.2;
/** Largest ratio of the p95 of acceptance with retention to that without. */
const UNMOVED = 1.25;
/** Rounds on the empty database beforehand, so that its lists have full pages. */
const SEED_ROUNDS = 20;

/** Compares the latency of frequent operations in a full database with that in an empty one. */
export const rows: Study = async ({ quick, say }) => {
  const size = quick ? { ended: 100_000, waiting: 10_000 } : { ended: 1_000_000, waiting: 100_000 };
  const rounds = quick ? 200 : 1_500;
  const empty = await openSide();
  const full = await openSide();
  try {
    say(`filling one of two databases`);
    await fill(full, size, say);
    await seed(empty);
    const rowsOf = `${size.ended.toLocaleString('en')} ended, ${size.waiting.toLocaleString('en')} waiting`;
    say('operations, in turns on both');
    const later = await interleave(
      `Flat growth: ${rowsOf} for a later attempt`,
      empty,
      full,
      rounds,
    );
    await makeDue(full);
    say('the same behind a backlog that is due');
    const due = await interleave(
      `Flat growth: ${rowsOf} as a backlog that is due`,
      empty,
      full,
      rounds,
    );
    say('retention beside accepting');
    return [later, due, await retention(full, quick ? 3 : 15)];
  } finally {
    await empty.stop();
    await full.stop();
  }
};

async function seed(side: Side): Promise<void> {
  for (let n = 0; n < SEED_ROUNDS; n += 1) {
    await runOperations(side, n);
  }
}

async function interleave(
  title: string,
  empty: Side,
  full: Side,
  rounds: number,
): Promise<Section> {
  const times = new Map(
    OPERATIONS.map((name) => [name, { empty: [] as number[], full: [] as number[] }]),
  );
  const note = (which: 'empty' | 'full', result: Record<Operation, number[]>): void => {
    for (const name of OPERATIONS) {
      times.get(name)?.[which].push(...result[name]);
    }
  };
  await runOperations(empty, 0);
  await runOperations(full, 0);
  const watch = watchOtherLoad();
  for (let n = 0; n < rounds; n += 1) {
    // The second side finds warm processor caches, so the sides alternate.
    for (const which of n % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
      note(which, await runOperations(which === 'empty' ? empty : full, n));
    }
  }
  const { busy, stolen } = watch();
  const comparisons = OPERATIONS.map((name) => {
    const both = times.get(name);
    return compare(
      name === 'claim' || name === 'finish' ? `${name} ${CLAIMED}` : name,
      both?.empty ?? [],
      both?.full ?? [],
    );
  });
  return {
    title,
    table: renderTable(columns('empty', 'full', FLAT, true), comparisons),
    rows: comparisons,
    notes: [
      `${rounds} rounds, both databases in turns within each; times of the product's own calls, with encryption.`,
      ...disturbance([busy + stolen]),
    ],
    bars: [],
  };
}

async function retention(full: Side, quietSeconds: number): Promise<Section> {
  const watch = watchOtherLoad();
  const effect = await measureRetention(full, quietSeconds);
  const { busy, stolen } = watch();
  return {
    title: 'Retention in the background',
    table: renderTable(columns('quiet', 'sweeping', UNMOVED, false), [effect.accept]),
    rows: [effect],
    notes: [
      `The sweep deleted the contents of ${effect.contents.toLocaleString('en')} requests and ` +
        `${effect.records.toLocaleString('en')} records in ${effect.seconds.toFixed(1)} s; requests ` +
        'were accepted one after another before, during and after it.',
      ...disturbance([busy + stolen]),
    ],
    bars: [],
  };
}

function columns(
  first: string,
  second: string,
  goal: number,
  judgesP50: boolean,
): readonly Column<Comparison>[] {
  return [
    ['operation', ({ operation }) => operation],
    [`${first} p50 ms`, ({ empty }) => figure(empty.p50, 2)],
    [`${second} p50 ms`, ({ full }) => figure(full.p50, 2)],
    ['ratio', ({ p50Ratio }) => figure(p50Ratio, 2)],
    [`${first} p95 ms`, ({ empty }) => figure(empty.p95, 2)],
    [`${second} p95 ms`, ({ full }) => figure(full.p95, 2)],
    ['ratio', ({ p95Ratio }) => figure(p95Ratio, 2)],
    [
      `within ${goal}`,
      ({ p50Ratio, p95Ratio }) =>
        verdict(judgesP50 ? Math.max(p50Ratio ?? 0, p95Ratio ?? 0) : p95Ratio, goal),
    ],
  ];
}
