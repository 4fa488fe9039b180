import { str } from 'envalid';

import { telemetrySettings } from './telemetry.js';
import {
  address,
  certificates,
  databaseAddress,
  flag,
  hosts,
  integer,
  key256,
  list,
  oneOf,
  socketFolder,
} from './validators.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;

/**
 * Every setting of API and worker, each with its default and its meaning. The table in
 * `docs/configuration.md` is generated from this list. Times are milliseconds, sizes are bytes.
 */
export const serviceSettings = {
  DATABASE_URL: databaseAddress({
    desc: 'The PostgreSQL that owns the truth. Of several hosts, separated by commas, the one that can be written to is used.',
  }),
  REQRUN_DATABASE_POOLER: oneOf(
    'none',
    'transaction',
  )({
    default: 'none',
    desc: 'What DATABASE_URL leads through: `transaction` is a pooler such as PgBouncer that gives a connection out for one transaction. Needs REQRUN_DIRECT_DATABASE_URL.',
  }),
  REQRUN_DIRECT_DATABASE_URL: databaseAddress({
    default: undefined,
    desc: 'The same database past the pooler, for LISTEN, timers, migrations and the admin API. DATABASE_URL by default.',
  }),
  REDIS_URL: address(
    'redis',
    'rediss',
  )({
    default: undefined,
    desc: 'Redis for notifications and timers. Without it they run on PostgreSQL.',
  }),
  REQRUN_REDIS_SENTINELS: hosts({
    default: [],
    desc: 'Sentinels that know the master, `host:port` separated by commas. The host of REDIS_URL is then the name of the master.',
  }),
  REQRUN_REDIS_SENTINEL_PASSWORD: str({
    default: undefined,
    desc: 'The password of the Sentinels, where they ask for one.',
  }),
  REQRUN_REDIS_CLUSTER_NODES: hosts({
    default: [],
    desc: 'Nodes of a Redis Cluster besides that of REDIS_URL, `host:port` separated by commas. The others are learned from them.',
  }),
  REQRUN_REDIS_CA_FILE: certificates({
    default: undefined,
    desc: 'A PEM file with certificates of authorities that are trusted for `rediss://`, besides those of Node.js.',
  }),
  REQRUN_MASTER_KEY: key256({
    desc: 'The key that wraps all data keys: 32 bytes, hexadecimal or base64.',
  }),
  REQRUN_MASTER_KEY_PREVIOUS: key256({
    default: undefined,
    desc: 'The master key before it, while `npm run rotate-master-key` moves the data to the new one.',
  }),
  REQRUN_DATABASE_POOL_SIZE: integer(2, 200)({ default: 10, desc: 'Connections per process.' }),
  REQRUN_READ_POOL_SIZE: integer(
    1,
    50,
  )({
    default: 2,
    desc: 'Connections per process for lists of requests and gauges, opened when they are used.',
  }),
  REQRUN_LOG_LEVEL: oneOf(
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  )({
    default: 'info',
    desc: 'The least severe level that is logged: fatal, error, warn, info, debug, trace or silent.',
  }),
  REQRUN_SIMULATOR_URL: address(
    'http',
    'https',
  )({
    default: undefined,
    desc: 'The provider simulator, with its /v1: test keys and projects without a credential use it.',
  }),
  REQRUN_ALLOW_INSECURE_PROVIDERS: flag({
    default: false,
    desc: 'Allow http to providers that are not on a loopback address.',
  }),
  REQRUN_PROVIDER_HOSTS: list({
    default: [],
    desc: 'Hosts of providers that may be called, separated by commas, `*.example.com` for all below it. None named means all.',
  }),
  REQRUN_OUTBOUND_PROXY: address(
    'http',
    'https',
  )({
    default: undefined,
    desc: 'A proxy that providers are reached through (CONNECT), with user and password where it asks for them.',
  }),
  REQRUN_NO_PROXY: list({
    default: ['localhost', '127.0.0.1', '::1'],
    desc: 'Hosts of providers that are called without the proxy, separated by commas, `*.example.com` for all below it.',
  }),
  REQRUN_PROVIDER_CA_FILE: certificates({
    default: undefined,
    desc: 'A PEM file with certificates of authorities that are trusted for providers and the proxy, besides those of Node.js.',
  }),
  REQRUN_SMTP_URL: address(
    'smtp',
    'smtps',
  )({
    default: undefined,
    desc: 'The mail server that alerts are sent through, such as `smtp://user:password@mail.example.com:587`. With a password it must offer TLS, unless it is on a loopback address. Needs REQRUN_SMTP_FROM. Without it alerts can use webhooks only.',
  }),
  REQRUN_SMTP_FROM: str({
    default: undefined,
    desc: 'The sender of alerts, such as `ReqRun <reqrun@example.com>`.',
  }),
  REQRUN_WEBHOOK_HOSTS: list({
    default: [],
    desc: 'Hosts that webhooks of alerts may call, separated by commas, `*.example.com` for all below it. None named means those of REQRUN_PROVIDER_HOSTS, or all where it names none.',
  }),
  REQRUN_FAILPOINTS: flag({
    default: false,
    desc: 'Let the parent process kill this one at named places of the code. For the chaos harness only.',
  }),
  REQRUN_SHUTDOWN_GRACE_MS: integer(
    0,
    60 * MINUTE,
  )({
    default: 30 * SECOND,
    desc: 'How long a stopping process lets running calls and waiting clients finish.',
  }),
  REQRUN_MAX_LARGE_BYTES: integer(
    2 * MIB,
    64 * 1024 * MIB,
  )({
    default: 192 * MIB,
    desc: 'How many bytes of large bodies, and as many again of large answers (over 1 MiB each), one process holds at once. More of them wait; small ones never do.',
  }),
  REQRUN_LINK_DIRECTORY: socketFolder({
    default: undefined,
    desc: 'A folder of this machine, for the user of API and workers alone, through which an API gives requests that somebody waits for to workers directly. Without it all go by the table.',
  }),

  REQRUN_API_HOST: str({ default: '127.0.0.1', desc: 'The address that the API listens on.' }),
  REQRUN_API_PORT: integer(0, 65_535)({ default: 4000, desc: 'The port of the API.' }),
  // Read as one text, which Node.js has up to 512 MiB of, and written anew for its fingerprint.
  REQRUN_MAX_BODY_BYTES: integer(
    1024,
    256 * MIB,
  )({ default: 32 * MIB, desc: 'The largest body that is taken; larger ones are answered 413.' }),
  REQRUN_MAX_HEADER_BYTES: integer(
    2048,
    256 * 1024,
  )({ default: 16 * 1024, desc: 'The largest header block that is taken.' }),
  REQRUN_MAX_JSON_DEPTH: integer(
    8,
    1000,
  )({ default: 128, desc: 'How deeply a body may be nested.' }),
  REQRUN_MAX_JSON_STRUCTURE: integer(
    1_000,
    10_000_000,
  )({
    default: 200_000,
    desc: 'How many braces, brackets, commas and colons outside of strings a body may have, not counting those that close. Each takes memory and time beyond its byte.',
  }),
  REQRUN_MAX_WAITS_PER_KEY: integer(
    1,
    1_000_000,
  )({ default: 1000, desc: 'How many calls of one API key may wait at once in one API process.' }),
  REQRUN_MAX_PENDING_BYTES: integer(
    MIB,
    16 * 1024 * MIB,
  )({
    default: 256 * MIB,
    desc: 'How many bytes may be read or wait to be accepted in one API process before it answers 503.',
  }),
  REQRUN_MAX_PENDING_CALLS: integer(
    1,
    1_000_000,
  )({
    default: 1000,
    desc: 'How many calls may wait to be accepted in one API process before it answers 503.',
  }),
  REQRUN_MAX_OPEN_REQUESTS: integer(
    1,
    10_000_000,
  )({
    default: undefined,
    desc: 'How many requests of a project may be open (waiting or running) before further ones get 429 `too_many_open`; live and test ones are counted separately. Projects can set their own number. No bound by default.',
  }),
  REQRUN_MAX_STREAMS: integer(
    1,
    1_000_000,
  )({
    default: 4000,
    desc: 'How many streams one API process shows at once; one API key has at most three quarters of them. Further ones are refused before anything is accepted.',
  }),
  REQRUN_STREAM_HEARTBEAT_MS: integer(
    100,
    5 * MINUTE,
  )({
    default: 15 * SECOND,
    desc: 'The silence after which a stream is sent a heartbeat, and the longest time that its headers wait for its first frame.',
  }),
  REQRUN_STREAM_STALL_MS: integer(
    100,
    60 * MINUTE,
  )({
    default: MINUTE,
    desc: 'How long a reader of a stream may take nothing of what it was sent before its connection is closed. It can come back with its last id.',
  }),
  REQRUN_WAITER_POLL_MS: integer(
    10,
    MINUTE,
  )({ default: 250, desc: 'How often an API process looks at the requests it waits for.' }),
  REQRUN_KEY_CACHE_MS: integer(
    0,
    9_999,
  )({ default: 5 * SECOND, desc: 'How long a found API key is remembered. Always under 10 s.' }),
  REQRUN_FAILED_KEYS_PER_MINUTE: integer(
    1,
    1_000_000,
  )({ default: 60, desc: 'Failed key look-ups per address and minute before it is throttled.' }),
  REQRUN_TRUST_PROXY: list({
    default: [],
    desc: 'Addresses of the proxies whose X-Forwarded-For is believed, separated by commas.',
  }),
  REQRUN_CORS_ORIGINS: list({
    default: [],
    desc: 'Origins that a browser may call from, separated by commas. None by default.',
  }),

  REQRUN_PUBLIC_URL: address(
    'http',
    'https',
  )({
    default: undefined,
    desc: 'Where applications reach the API, without /v1, as the dashboard shows it; the local address by default.',
  }),
  REQRUN_DASHBOARD_URL: address(
    'http',
    'https',
  )({
    default: 'http://127.0.0.1:4040',
    desc: 'Where people reach the dashboard: cookies are Secure where it is https, and changes are taken from its origin alone.',
  }),
  REQRUN_ADMIN_EMAIL: str({
    default: undefined,
    desc: 'With what the first owner of the dashboard signs in: made once, where there are no people yet. Needs REQRUN_ADMIN_PASSWORD.',
  }),
  REQRUN_ADMIN_PASSWORD: str({
    default: undefined,
    desc: "The first owner's password, at least 15 characters.",
  }),
  REQRUN_ADMIN_DATABASE_URL: databaseAddress({
    default: undefined,
    desc: 'The same database for the admin API, with a login that is a member of the role reqrun_admin and of nothing else. DATABASE_URL by default.',
  }),
  REQRUN_ADMIN_DATABASE_POOL_SIZE: integer(
    1,
    100,
  )({ default: 5, desc: 'Connections of the admin API per process.' }),

  REQRUN_WORKER_HOST: str({
    default: '127.0.0.1',
    desc: "The address of the worker's health and metrics.",
  }),
  REQRUN_WORKER_PORT: integer(
    0,
    65_535,
  )({ default: 0, desc: "The port of the worker's health and metrics; 0 picks a free one." }),
  REQRUN_WORKER_CONCURRENCY: integer(
    1,
    10_000,
  )({
    default: 256,
    desc: 'Provider calls at once per worker process; one project and mode has at most three quarters of them.',
  }),
  // Judged as one text, which Node.js has up to 512 MiB of.
  REQRUN_MAX_ANSWER_BYTES: integer(
    1024,
    511 * MIB,
  )({ default: 64 * MIB, desc: "The largest provider answer that is taken; a larger one isn't." }),
  REQRUN_STREAM_APPEND_MS: integer(
    0,
    10 * SECOND,
  )({
    default: 100,
    desc: 'The longest time that a frame of a stream, once it was shown, waits for its commit. With 0 each is committed before it is shown.',
  }),
  REQRUN_STREAM_BUFFER_BYTES: integer(
    MIB,
    16 * 1024 * MIB,
  )({
    default: 64 * MIB,
    desc: 'How many bytes of frames may wait for their commit in one worker before it reads providers no further.',
  }),
  REQRUN_POLL_MS: integer(
    10,
    MINUTE,
  )({
    default: SECOND,
    desc: 'Interval at which a worker looks for due requests when no notification arrives.',
  }),
  REQRUN_LEASE_MS: integer(
    100,
    60 * MINUTE,
  )({ default: 10 * SECOND, desc: 'How long a worker owns a request without renewing.' }),
  REQRUN_HEARTBEAT_MS: integer(
    20,
    20 * MINUTE,
  )({ default: 3 * SECOND, desc: 'How often a worker renews the leases of its requests.' }),
  REQRUN_REAP_MS: integer(
    20,
    20 * MINUTE,
  )({ default: SECOND, desc: 'How often a worker looks for expired leases and deadlines.' }),
  REQRUN_METRICS_MS: integer(
    20,
    10 * MINUTE,
  )({
    default: 10 * SECOND,
    desc: 'How often a worker brings the figures of projects up to date.',
  }),
  REQRUN_ALERTS_MS: integer(
    20,
    10 * MINUTE,
  )({ default: 30 * SECOND, desc: 'How often each alert rule is evaluated.' }),
  REQRUN_ALERTS_CLEAR_MS: integer(
    0,
    60 * MINUTE,
  )({
    default: 2 * MINUTE,
    desc: 'How long the condition of an alert must not have held before the alert is over.',
  }),
  REQRUN_HOUSEKEEPING_MS: integer(
    20,
    20 * MINUTE,
  )({
    default: 2 * SECOND,
    desc: 'How often a worker looks for what people have ordered: bulk retries, deleted projects, notifications.',
  }),
  REQRUN_RETENTION_SWEEP_MS: integer(
    50,
    24 * 60 * MINUTE,
  )({ default: 10 * MINUTE, desc: 'How often a worker deletes what has outlived its retention.' }),

  ...telemetrySettings,
};
