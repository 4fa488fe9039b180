import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compile, generateClient } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { orExit, root, runOpenly, runStep, StepFailed } from './run.mjs';

/** A package of its own, outside the workspaces: nobody but this command needs its packages. */
const FOLDER = join(root, 'apps/e2e/clients');
const REQUIREMENTS = join(FOLDER, 'python/requirements.txt');
/** In node_modules, for whatever passes over that shall pass over this. */
const PYTHON_HOME = join(FOLDER, 'node_modules/.venv');
/** What is installed there; written last. */
const PYTHON_STAMP = join(PYTHON_HOME, 'requirements.txt');

/**
 * Installs the clients, runs the matrix and ends the process with its exit code: 0 when every cell
 * holds.
 */
export async function clients() {
  await orExit(async () => {
    await ensureInstalled();
    await generateClient();
    await compile();
    await ensureInstalled(FOLDER);
  });
  const python = await ensurePython();
  process.exit(
    await runOpenly(process.execPath, [
      join(FOLDER, 'main.mjs'),
      ...(python === null ? [] : ['--python', python]),
    ]),
  );
}

/**
 * Installs the Python SDK, where there is a Python with pip and a place to get packages from; the
 * rest of the matrix does not wait long for it, and runs without it.
 *
 * @returns {Promise<string | null>} the interpreter
 */
async function ensurePython() {
  const interpreter = join(PYTHON_HOME, 'bin/python');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(PYTHON_STAMP) && readFileSync(PYTHON_STAMP, 'utf8') === wanted) {
    return interpreter;
  }
  try {
    rmSync(PYTHON_HOME, { recursive: true, force: true });
    await runStep('Making a Python environment', 'python3', ['-m', 'venv', PYTHON_HOME]);
    await runStep('Installing the Python SDK', interpreter, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--only-binary=:all:', '--retries=0', '--timeout=15', '--requirement', REQUIREMENTS],
    ]);
    writeFileSync(PYTHON_STAMP, wanted);
    return interpreter;
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      throw error;
    }
    process.stdout.write('The Python SDK cannot be had here: the matrix runs without it.\n');
    return null;
  }
}
