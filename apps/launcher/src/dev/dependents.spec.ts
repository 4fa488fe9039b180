import { CHECKOUT } from '../home.js';
import { dependentsOf, projectsOf } from './dependents.js';
import { fromSources } from './from-sources.js';
import type { Program } from '../program.js';

const projects = projectsOf(CHECKOUT);

it.each([
  ['apps/api/src/main.ts', ['api']],
  ['apps/worker/src/metrics.ts', ['worker']],
  ['apps/simulator/src/server.ts', ['simulator']],
  ['apps/dashboard/src/server/main.ts', ['dashboard']],
  ['libs/users/src/index.ts', ['api']],
  ['libs/requests/src/index.ts', ['api', 'worker']],
  ['libs/contracts/src/index.ts', ['api', 'worker', 'dashboard']],
  ['prisma/schema.prisma', []],
])('starts what is made of %s anew: %s', (file, apps) => {
  expect(dependentsOf(file, projects)).toEqual(apps);
});

it.each([
  'apps/api/src/http/to-api-error.spec.ts',
  'libs/requests/src/sql/claim.int-spec.ts',
  'libs/requests/src/testing/index.ts',
  'apps/dashboard/src/features/session/sign-in.tsx',
  'apps/dashboard/src/api/client.ts',
  'apps/launcher/src/main.ts',
])('starts nothing anew for %s, which no process has read', (file) => {
  expect(dependentsOf(file, projects)).toEqual([]);
});

const program = (script: string): Program => ({
  name: 'any',
  script,
  arguments: () => ['--port=1'],
  env: { NODE_ENV: 'production' },
  readiness: { kind: 'message' },
  readyTimeoutMs: 1,
  stopTimeoutMs: 1,
});

it('runs the sources of what a deployment runs compiled', () => {
  const { script, nodeFlags, env } = fromSources(program('/srv/apps/api/dist/main.js'));
  expect(script).toBe('/srv/apps/api/src/main.ts');
  expect(nodeFlags).toContain('--conditions=@reqrun/source');
  expect(env['NODE_ENV']).toBe('production');
});

it('has the dashboard serve its sources with hot reload', () => {
  const dashboard = fromSources(program('/srv/apps/dashboard/dist/main.js'));
  expect(dashboard.script).toBe('/srv/apps/dashboard/src/server/main.ts');
  expect(dashboard.arguments()).toEqual(['--port=1', '--dev']);
  expect(dashboard.env['NODE_ENV']).toBe('development');
});
