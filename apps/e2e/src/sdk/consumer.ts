import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../../..');
const SDK = join(root, 'libs/sdk');

const execute = promisify(execFile);

/** Output of a program. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Packs the SDK as `npm publish` would.
 *
 * @param folder folder for the tarball
 * @returns path of the tarball
 */
export async function packSdk(folder: string): Promise<string> {
  const { stdout } = await npm(
    SDK,
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    folder,
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) {
    throw new Error('Nothing was packed.');
  }
  return join(folder, packed.filename);
}

/**
 * Packs the SDK from its sources only, as in a checkout without a build.
 *
 * @param folder folder for the sources and the tarball
 * @returns path of the tarball
 */
export async function packSdkFromSources(folder: string): Promise<string> {
  const sdk = join(folder, 'libs/sdk');
  await mkdir(folder, { recursive: true });
  await cp(SDK, sdk, {
    recursive: true,
    filter: (path) => !/^(dist|node_modules)$/.test(basename(path)),
  });
  await Promise.all(
    ['tsconfig.base.json', '.npmrc'].map((name) => copyFile(join(root, name), join(folder, name))),
  );
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'checkout', private: true, workspaces: ['libs/sdk'] }),
  );
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { stdout } = await npm(
    folder,
    ['pack', '-w', '@reqrun/sdk', '--json', '--ignore-scripts=false'],
    folder,
  );
  // The script's output precedes it.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as { filename: string }[];
  return join(folder, packed?.filename ?? '');
}

/** Creates a folder for temporary files. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'reqrun-sdk-'));
}

/** A project with only the packed SDK, installed offline from the tarball. */
export class Consumer {
  private constructor(readonly folder: string) {}

  /**
   * Creates a project.
   *
   * @param folder folder of the project
   * @param tarball path of the packed SDK
   * @param type default module type of its files
   */
  static async create(
    folder: string,
    tarball: string,
    type: 'module' | 'commonjs',
  ): Promise<Consumer> {
    const consumer = new Consumer(folder);
    await consumer.write({
      'package.json': JSON.stringify({ name: 'consumer', private: true, type }),
    });
    await npm(
      folder,
      ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball],
      dirname(folder),
    );
    return consumer;
  }

  /** Writes files, given as text by path. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** Copies a file of this source folder into the project. */
  async copy(name: string, to = name): Promise<void> {
    await copyFile(join(root, 'apps/e2e/src/sdk', name), join(this.folder, to));
  }

  /**
   * Compiles with the repository's TypeScript.
   *
   * @param config name of its tsconfig
   * @param options compiler options; strict is added
   * @throws Error with the output of the compiler
   */
  async compile(config: string, options: object, include: readonly string[]): Promise<void> {
    await this.write({
      [config]: JSON.stringify({
        compilerOptions: { strict: true, skipDefaultLibCheck: true, rootDir: '.', ...options },
        include,
      }),
    });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(this.folder, [tsc, '-p', config]);
  }

  /**
   * Runs a program in the project.
   *
   * @param args arguments of node
   * @param env environment variables
   */
  node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Printed> {
    return run(this.folder, args, env);
  }
}

/** Runs a tool of the repository, e.g. `publint`. */
export function tool(name: string, args: readonly string[]): Promise<Printed> {
  return run(root, [join(root, 'node_modules/.bin', name), ...args]);
}

/** Reads a file of the SDK. */
export function sdkFile(path: string): Promise<string> {
  return readFile(join(SDK, path), 'utf8');
}

/** Deletes a folder. */
export function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

async function run(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  try {
    return await execute(process.execPath, [...args], {
      cwd,
      env: { ...cleanEnvironment(), ...env },
    });
  } catch (error) {
    const { stdout, stderr } = error as Printed;
    throw new Error(`${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/** Runs npm, the one that started this process or the one on the PATH, with an empty cache. */
async function npm(cwd: string, args: readonly string[], folder: string): Promise<Printed> {
  const path = process.env['npm_execpath'];
  const cached = [...args, '--cache', join(folder, 'npm-cache')];
  if (path?.endsWith('.js') === true) {
    return run(cwd, [path, ...cached]);
  }
  return execute('npm', cached, { cwd, env: cleanEnvironment() });
}

/** Returns the environment without the variables that npm and Jest set for the programs they start. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) && name !== 'NODE_OPTIONS' && !name.startsWith('REQRUN_'),
    ),
  );
}
