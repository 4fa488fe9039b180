import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the code depends on, as it was when the code was written. */
const STAMP = '.schema-hash';

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
  await writeFile(stampPath, wanted);
  return true;
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
