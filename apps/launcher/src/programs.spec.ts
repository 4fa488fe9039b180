import { randomBytes } from 'node:crypto';

import {
  apiProgram,
  dashboardProgram,
  type ServiceEnvironment,
  simulatorProgram,
  workerProgram,
} from './programs.js';

const environment = (hangTimeoutMs: number): ServiceEnvironment => ({
  inherited: {},
  databaseUrl: 'postgresql://localhost/reqrun',
  masterKey: randomBytes(32),
  simulatorUrl: 'http://127.0.0.1:4010/v1',
  baseUrl: 'http://127.0.0.1:4000',
  dashboardUrl: 'http://127.0.0.1:4040',
  graceMs: 0,
  hangTimeoutMs,
});

const programs = (hangTimeoutMs: number) => {
  const its = environment(hangTimeoutMs);
  return [
    apiProgram(its, 4000),
    dashboardProgram(its, {
      host: '127.0.0.1',
      port: 4040,
      origin: 'http://127.0.0.1:4040',
      apiUrl: its.baseUrl,
    }),
    workerProgram(its, 1),
    simulatorProgram(hangTimeoutMs, () => undefined),
  ];
};

it('has every process that serves HTTP watched for hanging', () => {
  expect(programs(30_000).map(({ name, liveness }) => [name, liveness])).toEqual([
    ['api', { place: { url: 'http://127.0.0.1:4000/health/live' }, timeoutMs: 30_000 }],
    ['dashboard', { place: { url: 'http://127.0.0.1:4040/health/live' }, timeoutMs: 30_000 }],
    ['worker', { place: { path: '/health/live' }, timeoutMs: 30_000 }],
    ['simulator', { place: { path: '/health/live' }, timeoutMs: 30_000 }],
  ]);
});

it('watches nothing where the time is 0', () => {
  expect(programs(0).map(({ liveness }) => liveness)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('tells the API alone of the login of the admin API', () => {
  const its = { ...environment(0), adminDatabaseUrl: 'postgresql://dashboard@localhost/reqrun' };
  expect(apiProgram(its, 4000).env['REQRUN_ADMIN_DATABASE_URL']).toBe(its.adminDatabaseUrl);
  expect(workerProgram(its, 1).env).not.toHaveProperty('REQRUN_ADMIN_DATABASE_URL');
});

it('tells the dashboard of no secret and of no file that holds one', () => {
  const secrets = ['DATABASE_URL', 'REDIS_URL', 'REQRUN_ADMIN_DATABASE_URL', 'REQRUN_MASTER_KEY'];
  const names = [...secrets, 'REQRUN_ADMIN_PASSWORD', 'OPENAI_API_KEY'].flatMap((name) => [
    name,
    `${name}_FILE`,
  ]);
  const inherited = Object.fromEntries(names.map((name) => [name, 'secret']));
  const place = { host: '127.0.0.1', port: 4040, origin: '', apiUrl: '' };
  const { env } = dashboardProgram({ ...environment(0), inherited }, place);
  expect(Object.values(env)).not.toContain('secret');
});
