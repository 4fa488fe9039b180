import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../../..');
const SDK = join(root, 'libs/sdk');

const execute = promisify(execFile);

/** What a program printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Packs the SDK as `npm publish` would.
 *
 * @param folder where the tarball is put
 * @returns its path
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
 * Packs the SDK from sources alone, as of a checkout where nothing has been built.
 *
 * @param folder where sources and tarball are put
 * @returns the tarball's path
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
  // What the script prints stands before it.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as { filename: string }[];
  return join(folder, packed?.filename ?? '');
}

/** A new folder for temporary files. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'reqrun-sdk-'));
}

/** A project that has nothing but the packed SDK: installed from the tarball alone, offline. */
export class Consumer {
  private constructor(readonly folder: string) {}

  /**
   * Makes one.
   *
   * @param folder where it is made
   * @param tarball the packed SDK
   * @param type what its files are by default
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

  /** Writes files: their text by their path. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** Copies a file of this folder here. */
  async copy(name: string, to = name): Promise<void> {
    await copyFile(join(root, 'apps/e2e/src/sdk', name), join(this.folder, to));
  }

  /**
   * Compiles with the repository's TypeScript.
   *
   * @param config the name of its tsconfig
   * @param options the compiler options; strict is added
   * @throws Error with what the compiler said
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
   * Runs a program in it.
   *
   * @param args of node
   * @param env its environment
   */
  node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Printed> {
    return run(this.folder, args, env);
  }
}

/** Runs a tool of the repository's own, e.g. `publint`. */
export function tool(name: string, args: readonly string[]): Promise<Printed> {
  return run(root, [join(root, 'node_modules/.bin', name), ...args]);
}

/** A file of the SDK. */
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

/** npm, as it was started itself or as it is found; with a cache that holds nothing. */
async function npm(cwd: string, args: readonly string[], folder: string): Promise<Printed> {
  const path = process.env['npm_execpath'];
  const cached = [...args, '--cache', join(folder, 'npm-cache')];
  if (path?.endsWith('.js') === true) {
    return run(cwd, [path, ...cached]);
  }
  return execute('npm', cached, { cwd, env: cleanEnvironment() });
}

/** Without what npm and Jest tell the programs they start. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) && name !== 'NODE_OPTIONS' && !name.startsWith('REQRUN_'),
    ),
  );
}
