import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { NEW_DATABASE_MIB } from '@reqrun/platform/embedded-postgres';

import { CHECKOUT } from './home.js';

interface Need {
  what: string;
  path: string;
  mib: number;
  remedy: string;
}
interface Room {
  DATABASE_MIB: number;
  shortages(
    needs: readonly Need[],
    lookUp: (path: string) => { disk: unknown; freeBytes: number },
  ): string[];
}

const SCRIPT = pathToFileURL(join(CHECKOUT, 'scripts/steps/room.mjs')).href;
const need = (what: string, path: string, mib: number): Need => ({
  what,
  path,
  mib,
  remedy: `set ${what.toUpperCase()}`,
});

describe('the room that a first start needs', () => {
  let room: Room;
  beforeAll(async () => {
    room = (await import(SCRIPT)) as Room;
  });

  it('is asked for the database as the database itself asks', () => {
    expect(room.DATABASE_MIB).toBe(NEW_DATABASE_MIB);
  });

  it('is added up where two parts share a disk, and each line says what is missing and what moves it', () => {
    const needs = [need('packages', '/usr', 1_000), need('database', '/usr/nowhere/home', 640)];
    const disk = (mib: number) => (path: string) => ({ disk: path, freeBytes: mib * 1024 * 1024 });
    expect(room.shortages(needs, disk(1_640))).toEqual([]);
    expect(room.shortages(needs, disk(1_639))).toEqual([
      'The disk is too full to start: 1640 MiB are needed, and 1639 MiB are free; 1 MiB are missing.',
      '  1000 MiB for the packages in /usr',
      '  640 MiB for the database in /usr/nowhere/home',
      'Make room on it, or:',
      '  set PACKAGES',
      '  set DATABASE',
    ]);
  });

  it('is held against each disk by itself where they differ', () => {
    const needs = [need('packages', '/usr', 1_000), need('database', '/tmp', 640)];
    const lookUp = (path: string) => ({
      disk: path,
      freeBytes: (path === '/usr' ? 1_000 : 300) * 1024 * 1024,
    });
    expect(room.shortages(needs, lookUp)[0]).toBe(
      'The disk is too full to start: 640 MiB are needed, and 300 MiB are free; 340 MiB are missing.',
    );
  });

  it('is no question on this machine, with the operating system’s own answer', async () => {
    const home = await mkdtemp(join(tmpdir(), 'reqrun-room-'));
    const code = `const { ensureRoom } = await import(${JSON.stringify(SCRIPT)}); ensureRoom();`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', code],
      { env: { ...process.env, NODE_OPTIONS: '', REQRUN_HOME: home }, encoding: 'utf8' },
    );
    await rm(home, { recursive: true, force: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
