import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the code depends on, as it was when the code was written. */
const STAMP = '.schema-hash';

/** How the written code loads Prisma's compiler of queries. */
const LOADED = 'return new WebAssembly.Module(wasmArray)';
/**
 * How it does so here. V8 would compile its functions once more to run faster, and keep 70 MiB of the memory for that.
 * The compiler runs for the admin API and at the start alone, and its results are kept.
 */
const LOADED_SMALL = `const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--liftoff-only')
  try {
    ${LOADED}
  } finally {
    setFlagsFromString('--no-liftoff-only')
  }`;

/**
 * Writes the database client's code from the schema, unless it is there and fits. The code is not
 * committed: it belongs to the installed version of Prisma.
 *
 * @param {string} root the checkout
 * @returns {Promise<boolean>} whether it was written
 */
export async function generatePrismaClient(root) {
  const require = createRequire(join(root, 'package.json'));
  const manifestPath = require.resolve('prisma/package.json');
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
  const schemaPath = join(root, 'prisma/schema.prisma');
  const stampPath = join(root, 'libs/platform/src/generated/prisma', STAMP);
  const wanted = createHash('sha256')
    .update(`${manifest.version}\n`)
    .update(await readFile(schemaPath))
    .update(LOADED_SMALL)
    .digest('hex');
  if ((await readFile(stampPath, 'utf8').catch(() => '')) === wanted) {
    return false;
  }
  await rm(stampPath, { force: true });
  await run(root, [
    join(dirname(manifestPath), manifest.bin.prisma),
    'generate',
    `--schema=${schemaPath}`,
    '--no-hints',
  ]);
  await loadSmall(join(root, 'libs/platform/src/generated/prisma/internal/class.ts'));
  await writeFile(stampPath, wanted);
  return true;
}

/** @param {string} path the written code that loads the compiler */
async function loadSmall(path) {
  const code = await readFile(path, 'utf8');
  if (!code.includes(LOADED)) {
    throw new Error(`${path} loads the compiler of queries in another way: change LOADED.`);
  }
  await writeFile(path, code.replace(LOADED, LOADED_SMALL));
}

async function run(root, commandArguments) {
  const output = [];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, commandArguments, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // Prisma looks for its native schema engine and would download it, though generating never
        // runs it: any program that exists puts an end to the search.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        // No question to a server about newer versions.
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        NODE_OPTIONS: '',
      },
    });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output));
    throw new Error('Prisma could not generate the database client.');
  }
}
