import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { CHECKOUT } from './home.js';

/** Promises of the files that others run. No Docker is needed: they are read. */
interface Service {
  networks?: string[];
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  privileged?: boolean;
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
}

const read = (path: string): string => readFileSync(join(CHECKOUT, path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
};
const services = Object.entries(compose.services);
const membersOf = (network: string): string[] =>
  services.filter(([, { networks }]) => networks?.includes(network)).map(([name]) => name);

describe('docker-compose.yml', () => {
  it.each(services)('gives %s no more rights than it needs', (name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(service.privileged).toBeUndefined();
    // The entrypoint of PostgreSQL begins as root and becomes postgres.
    expect(service.user === undefined).toBe(name === 'postgres');
    expect(service.cap_add).toEqual(
      name === 'postgres' ? ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] : undefined,
    );
  });

  it('lets each service reach only those it works with', () => {
    const reached = Object.fromEntries(
      services.map(([name, { networks = [] }]) => [
        name,
        [...new Set(networks.flatMap(membersOf))].filter((other) => other !== name).sort(),
      ]),
    );
    expect(reached['dashboard']).toEqual(['api']);
    expect(reached['simulator']).toEqual(['api', 'worker']);
    expect(reached['postgres']).toEqual(['api', 'migrate', 'redis', 'setup', 'worker']);
    expect(services.every(([, { networks = [] }]) => networks.length > 0)).toBe(true);
  });

  it('gives databases and simulator no way out, and publishes API and dashboard alone', () => {
    for (const name of ['postgres', 'redis', 'migrate', 'setup', 'simulator']) {
      const networks = compose.services[name]?.networks ?? [];
      expect(networks.map((network) => compose.networks[network]?.internal)).toEqual([true]);
    }
    const published = services.filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['api', 'dashboard']);
  });

  it('asks for a password of Redis, in no argument of a process', () => {
    const redis = compose.services['redis'];
    expect(redis?.environment?.['REDISCLI_AUTH']).toMatch(/^\$\{REDIS_PASSWORD:\?/);
    expect(redis?.command?.at(-1)).toContain('requirepass');
    expect(redis?.command?.at(-1)).not.toMatch(/--requirepass|REDIS_PASSWORD/);
    expect(redis?.healthcheck?.test.at(-1)).toContain('PONG');
    for (const name of ['api', 'worker']) {
      expect(compose.services[name]?.environment?.['REDIS_URL']).toMatch(
        /^redis:\/\/:\$\{REDIS_PASSWORD:\?/,
      );
    }
    expect(read('.env.example')).toMatch(/^REDIS_PASSWORD=$/m);
  });
});

describe('the versions of Node', () => {
  it('name the one that is recommended as the image has it', () => {
    const major = read('.nvmrc').trim();
    expect(read('Dockerfile')).toContain(`ARG NODE_IMAGE=node:${major}.`);
    expect(read('CONTRIBUTING.md')).toContain(`(${major} recommended, as \`.nvmrc\` says)`);
  });

  it('are the same wherever a person or a program reads them', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.20');
    expect(read('scripts/check-node.mjs')).toContain('REQUIRED = [20, 20]');
    for (const path of ['README.md', 'CONTRIBUTING.md']) {
      expect(read(path)).toContain('You need Node 20.20 or later');
    }
  });

  it('are pinned by digest in the image, with the security fixes of 2026', () => {
    const [, minor] =
      /^ARG NODE_IMAGE=node:24\.(\d+)\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/m.exec(
        read('Dockerfile'),
      ) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(21);
  });
});

it.each(['.npmrc', 'apps/e2e/clients/.npmrc'])('%s lets no package run a script', (path) => {
  expect(read(path)).toMatch(/^ignore-scripts=true$/m);
});
