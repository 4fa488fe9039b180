import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { inherited } from '../harness/process.js';
import type { Block } from './blocks.js';

/** Mark printed before each block. The last one printed names the block at which the script ended. */
const MARK = '@@ line ';

/** A reader of the pages in a checkout, who types their blocks. */
export class Reader {
  private constructor(
    /** Checkout of the reader: links to the real one, and a `.reqrun` of its own. */
    readonly folder: string,
    private readonly checkout: string,
  ) {}

  /**
   * Creates the folder.
   *
   * @param folder folder of the reader, which is created
   * @param checkout the real checkout
   * @param home folder that becomes its `.reqrun`
   */
  static async at(folder: string, checkout: string, home: string): Promise<Reader> {
    await mkdir(folder, { recursive: true });
    const names = (await readdir(checkout)).filter((name) => !/^\.(reqrun|git|nx)$/.test(name));
    await Promise.all(names.map((name) => symlink(join(checkout, name), join(folder, name))));
    await symlink(home, join(folder, '.reqrun'));
    return new Reader(folder, checkout);
  }

  /**
   * Types the shell blocks of a page, one after the other, into one shell.
   *
   * @param blocks blocks of one page
   * @param env settings besides those that the pages set
   * @returns the output
   * @throws Error with the line of the failed block and the output
   */
  async type(blocks: readonly Block[], env: Readonly<Record<string, string>>): Promise<string> {
    const script = blocks.map(({ line, code }) => `echo '${MARK}${line}'\n${code}`).join('\n');
    return await new Promise((resolve, reject) => {
      const shell = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
        cwd: this.folder,
        env: { ...inherited(), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let printed = '';
      for (const stream of [shell.stdout, shell.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
      }
      shell.once('error', reject);
      shell.once('close', (code) => {
        const line = printed.split(MARK).at(-1)?.split('\n')[0] ?? '?';
        if (code === 0) {
          resolve(printed);
        } else {
          reject(new Error(`${blocks[0]?.page}:${line} ended with ${code}:\n${printed}`));
        }
      });
    });
  }

  /**
   * Compiles TypeScript blocks as in a strict project, each as a module.
   *
   * @param blocks blocks of any pages
   * @returns the program of each block
   * @throws Error with the output of the compiler
   */
  async compile(blocks: readonly Block[]): Promise<ReadonlyMap<Block, string>> {
    const nameOf = ({ page, line }: Block): string => `${page.replaceAll(/\W/g, '-')}-${line}`;
    await mkdir(join(this.folder, 'blocks'), { recursive: true });
    await Promise.all(
      blocks.map((block) =>
        writeFile(join(this.folder, `blocks/${nameOf(block)}.mts`), block.code),
      ),
    );
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: 'node16',
      target: 'es2022',
      rootDir: 'blocks',
      outDir: 'programs',
      types: ['node'],
      // The packages' own types are not checked.
      skipLibCheck: true,
    };
    await writeFile(
      join(this.folder, 'blocks.json'),
      JSON.stringify({ compilerOptions: options, include: ['blocks'] }),
    );
    await this.node([join(this.checkout, 'node_modules/typescript/bin/tsc'), '-p', 'blocks.json']);
    return new Map(blocks.map((block) => [block, `programs/${nameOf(block)}.mjs`]));
  }

  /**
   * Runs a program with Node.
   *
   * @param args arguments
   * @param env environment variables
   * @throws Error with its output when it fails
   */
  async node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    try {
      await promisify(execFile)(process.execPath, [...args], {
        cwd: this.folder,
        env: { ...inherited(), ...env },
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.join(' ')} failed:\n${stdout ?? ''}\n${stderr ?? String(error)}`);
    }
  }
}
