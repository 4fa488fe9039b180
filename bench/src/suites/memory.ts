import { startProvider, runDriver } from '../children.js';
import { type MemoryOf, memoryByProgram } from '../memory.js';
import { type Product, startProduct } from '../product.js';
import type { Section } from '../report.js';
import { figure, renderTable } from '../table.js';
import { drained } from './drained.js';
import type { Study } from './suite.js';

/** Time after which an idle product is looked at, in ms. */
const IDLE_MS = 10_000;
const CONNECTIONS = 128;
/** Load before the memory is read, in s: the heaps have grown by then. */
const LOAD_S = 30;

/** Memory of all processes of `npm start`, idle and under the load of 128 clients, and of a lean start. */
export const memory: Study = async ({ quick, redis, say }) => {
  const provider = await startProvider(0);
  const sections: Section[] = [];
  try {
    for (const lean of [false, true]) {
      const product = await startProduct({
        ...{ providerUrl: provider.baseUrl, redis },
        settings: lean ? { REQRUN_LEAN: 'true' } : {},
      });
      try {
        say(lean ? 'lean start' : 'usual start');
        await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
        const idle = read(product);
        await runDriver({
          ...{ url: product.url, headers: product.headers, fields: { wait: true } },
          ...{ promptBytes: 600, connections: CONNECTIONS, seconds: quick ? 5 : LOAD_S },
        });
        const loaded = read(product);
        await drained(product);
        sections.push(sectionOf(lean ? 'REQRUN_LEAN=true' : 'npm start', idle, loaded));
      } finally {
        await product.stop();
      }
    }
    return sections;
  } finally {
    await provider.stop();
  }
};

const read = ({ roots }: Product): MemoryOf[] => memoryByProgram(...roots);

function sectionOf(name: string, idle: readonly MemoryOf[], loaded: readonly MemoryOf[]): Section {
  const rows = loaded.map(({ program, memoryMiB }) => ({
    program,
    idleMiB: idle.find((one) => one.program === program)?.memoryMiB ?? 0,
    loadedMiB: memoryMiB,
  }));
  const sum = (key: 'idleMiB' | 'loadedMiB'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const all = { program: 'all', idleMiB: sum('idleMiB'), loadedMiB: sum('loadedMiB') };
  return {
    title: `Memory: ${name}`,
    table: renderTable(
      [
        ['processes', ({ program }) => program],
        ['idle MiB', ({ idleMiB }) => figure(idleMiB, 0)],
        [`${CONNECTIONS} clients, MiB`, ({ loadedMiB }) => figure(loadedMiB, 0)],
      ],
      [...rows, all],
    ),
    rows: [...rows, all],
    notes: [
      'Proportional set size. The server of the embedded database runs beside `npm start` here, with its usual settings; ' +
        'its keeper, a process of about 15 MiB, does not.',
    ],
    bars: [],
  };
}
