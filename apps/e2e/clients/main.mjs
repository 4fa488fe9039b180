/**
 * Runs every cell of the matrix with every client against a live cluster and prints the table. The
 * exit code is 1 when a cell does not hold, or an example of the pages does not run.
 * `--python <interpreter>` adds the Python SDK.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Time limit of a cell, in ms: long enough that only a hanging cell exceeds it. */
const CELL_LIMIT_MS = 90_000;

/** Long leases: calls are counted, so no worker may lose a request on a busy machine. */
const UNHURRIED = { REQRUN_LEASE_MS: '60000', REQRUN_HEARTBEAT_MS: '5000' };

// The environment of this machine must not redirect a client.
for (const name of Object.keys(process.env)) {
  if (/^(OPENAI|LANGCHAIN|LANGSMITH)_/.test(name)) {
    delete process.env[name];
  }
}

const { values: options } = parseArgs({ options: { python: { type: 'string' } } });

const { default: startServices } = await import('../../../scripts/jest-services.mjs');
const { default: stopServices } = await import('../../../scripts/jest-services-stop.mjs');
const { Cluster } = await import('../dist/harness/cluster.js');
const { CELLS } = await import('./cells.mjs');
const { CRASHES, CRASH_SETTINGS, surviveCrash } = await import('./crashes.mjs');
const { startSite } = await import('./site.mjs');
const { runBlocks } = await import('./blocks.mjs');

/** @returns {Promise<readonly import('./adapter.mjs').Adapter[]>} */
async function adapters() {
  const [v7, helpers7, v6, helpers6] = [
    await import('openai'),
    await import('openai/helpers/zod'),
    await import('openai-6'),
    await import('openai-6/helpers/zod'),
  ];
  const [
    { openai },
    { aiSdkCompatible, aiSdkOpenAI },
    { langchain },
    { llamaindex },
    { agents },
    { instructor },
    { mastra },
    { python },
  ] = await Promise.all(
    ['openai', 'ai-sdk', 'langchain', 'llamaindex', 'agents', 'instructor', 'mastra', 'python'].map(
      (name) => import(`./adapters/${name}.mjs`),
    ),
  );
  return [
    openai(await named('openai-6'), v6.OpenAI, helpers6),
    openai(await named('openai'), v7.OpenAI, helpers7),
    aiSdkCompatible(await named('@ai-sdk/openai-compatible')),
    aiSdkOpenAI(await named('@ai-sdk/openai')),
    langchain(await named('@langchain/openai')),
    llamaindex(await named('@llamaindex/openai')),
    agents(await named('@openai/agents')),
    instructor(await named('@instructor-ai/instructor')),
    mastra(await named('@mastra/core')),
    ...(options.python === undefined ? [] : [await python(options.python)]),
  ];
}

/** Returns the name and the installed version of a package. */
async function named(folder) {
  const manifest = join(import.meta.dirname, 'node_modules', folder, 'package.json');
  const { name, version } = JSON.parse(await readFile(manifest, 'utf8'));
  return `${name} ${version}`;
}

/** Runs all cells of one client, one after the other, because they share the relays. */
async function column(client, cluster) {
  const site = await startSite(cluster);
  const results = [];
  for (const cell of CELLS) {
    const lacked = client.lacks?.[cell.name];
    if (lacked !== undefined) {
      results.push({ holds: true, note: lacked });
      continue;
    }
    try {
      const note = await within(CELL_LIMIT_MS, cell.check({ client, site }));
      results.push({ holds: true, note: note ?? 'yes' });
    } catch (error) {
      results.push({ holds: false, note: 'FAILED', cell, error });
    }
    site.take();
  }
  site.close();
  return { client, results };
}

/** Fails a cell whose client hangs, so that the run continues. */
async function within(limitMs, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${limitMs} ms.`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Kills an API and a worker under each stock SDK: the newest for Node.js, and that for Python. */
async function surviveCrashes(clients) {
  const stock = clients.filter(({ name }) => /^openai (?!6)/.test(name));
  const cluster = await Cluster.start({ redis: false, apis: 2, workers: 2, env: CRASH_SETTINGS });
  let survived = 0;
  try {
    for (const client of stock) {
      for (const crash of CRASHES) {
        try {
          await within(CELL_LIMIT_MS, surviveCrash(crash, client, cluster));
          survived += 1;
          process.stdout.write(`${client.name}: ${crash.name}: ${crash.outcomes.join(', ')}\n`);
        } catch (error) {
          process.stderr.write(`\n${client.name}, ${crash.name}:\n${error.stack}\n`);
        }
      }
    }
  } finally {
    await cluster.stop();
  }
  return { survived, all: stock.length * CRASHES.length };
}

function printTable(columns) {
  const rows = [
    ['', ...columns.map(({ client }) => client.name)],
    ...CELLS.map(({ name }, row) => [name, ...columns.map(({ results }) => results[row].note)]),
  ];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((text, at) => text.padEnd(widths[at]))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

async function main() {
  const began = Date.now();
  await startServices();
  let cluster;
  try {
    cluster = await Cluster.start({ redis: false, env: UNHURRIED });
    const columns = await Promise.all((await adapters()).map((client) => column(client, cluster)));
    printTable(columns);
    const failures = columns.flatMap(({ client, results }) =>
      results.filter(({ holds }) => !holds).map(({ cell, error }) => ({ client, cell, error })),
    );
    for (const { client, cell, error } of failures) {
      const reason = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`\n${client.name}, ${cell.name}:\n${reason}\n`);
    }
    const crashes = await surviveCrashes(columns.map(({ client }) => client));
    const project = await cluster.addProject({ settings: { wait: 'auto' } });
    const blocks = await runBlocks(
      { baseUrl: cluster.baseUrl, apiKey: project.keys.live },
      options.python,
    );
    const broken = blocks.filter(({ error }) => error !== null);
    for (const { name, error } of broken) {
      process.stderr.write(`\n${name}, as it stands on the page:\n${error.stack}\n`);
    }
    columns.forEach(({ client }) => client.close?.());
    const sum = columns.length * CELLS.length;
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `\n${sum - failures.length} of ${sum} cells hold, ${crashes.survived} of ${crashes.all} crashes are survived, and ${blocks.length - broken.length} of ${blocks.length} examples of the pages, in ${seconds} s\n`,
    );
    return failures.length + broken.length + crashes.all - crashes.survived === 0 ? 0 : 1;
  } finally {
    await cluster?.stop();
    await stopServices();
  }
}

process.exit(await main());
