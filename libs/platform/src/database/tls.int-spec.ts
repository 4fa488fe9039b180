import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/index.js';
import { ensureDatabase } from '../migrations/index.js';
import { makeRunFolder, postgresIn } from '../testing/index.js';
import { toDatabaseError } from './errors.js';
import { NotificationListener } from './notification-listener.js';
import { createPool } from './pool.js';
import { createPrisma } from './prisma.js';

const run = promisify(execFile);

let folder: string;
let server: EmbeddedPostgres;
/** `host:port`, with a host that the certificate names. */
let place: string;
let credentials: string;
const ca = (): string => join(folder, 'ca.crt');

/** Makes an authority, and a certificate of it for `localhost`. */
async function makeCertificates(): Promise<void> {
  const openssl = (...given: string[]): Promise<unknown> => run('openssl', given, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    ...['-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=own'],
  );
  await openssl(
    ...['req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
  );
  await openssl(
    ...[
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
    ],
    ...['-copy_extensions', 'copy', '-days', '1', '-out', 'server.crt'],
  );
}

beforeAll(async () => {
  folder = await makeRunFolder('tls');
  await makeCertificates();
  const options = { dataDirectory: postgresIn(folder), settings: { fsync: 'off' } };
  await (await startEmbeddedPostgres(options)).stop();
  const cluster = join(options.dataDirectory, 'cluster');
  const { uid, gid } = await stat(cluster);
  for (const name of ['server.crt', 'server.key']) {
    await copyFile(join(folder, name), join(cluster, name));
    await chown(join(cluster, name), uid, gid);
    await chmod(join(cluster, name), 0o600);
  }
  server = await startEmbeddedPostgres({
    ...options,
    host: 'localhost',
    settings: { ...options.settings, ssl: 'on', password_encryption: 'scram-sha-256' },
  });
  const url = new URL(server.connectionString());
  credentials = `${url.username}:${url.password}`;
  place = `localhost:${server.port}`;
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const encrypted = async (connectionString: string): Promise<unknown> => {
  const pool = createPool({ connectionString, max: 1, applicationName: 'tls' });
  try {
    const { rows } = await pool.query<{ ssl: boolean }>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return rows[0]?.ssl;
  } catch (error) {
    return toDatabaseError(error).sqlState;
  } finally {
    await pool.end();
  }
};

describe('TLS to PostgreSQL', () => {
  it('verify-full takes the certificate of an own authority, for its name alone', async () => {
    const to = (host: string, query: string): string =>
      `postgresql://${credentials}@${host}/postgres?${query}`;
    const own = `sslmode=verify-full&sslrootcert=${encodeURIComponent(ca())}`;
    expect(await encrypted(to(place, own))).toBe(true);
    expect(await encrypted(to(place, 'sslmode=verify-full'))).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
    expect(await encrypted(to(`127.0.0.1:${server.port}`, own))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await encrypted(to(place, 'sslmode=no-verify'))).toBe(true);
    expect(await encrypted(to(place, 'sslmode=disable'))).toBe(false);
  });

  it('holds for several hosts, Prisma, LISTEN and migrations too', async () => {
    const url =
      `postgresql://${credentials}@localhost:1,${place}/product?target_session_attrs=read-write` +
      `&sslmode=verify-full&sslrootcert=${encodeURIComponent(ca())}`;
    expect(await ensureDatabase(url)).toBe(true);
    expect(await encrypted(url)).toBe(true);
    const pool = createPool({ connectionString: url, max: 1, applicationName: 'tls' });
    const prisma = createPrisma(pool);
    expect(
      await prisma.$queryRaw`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
    ).toEqual([{ ssl: true }]);
    const listener = new NotificationListener({
      connectionString: url,
      applicationName: 'tls-listener',
      channels: ['a'],
      onNotification: () => undefined,
    });
    await listener.start();
    const { rows } = await pool.query(
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'tls-listener'`,
    );
    expect(rows).toEqual([{ ssl: true }]);
    await listener.stop();
    await prisma.$disconnect();
    await pool.end();
  });
});

describe('a password', () => {
  it('may have any characters, encoded as in every URL', async () => {
    const password = `p@ss/w:rd?#[]% &=+'"\\$ü,☃`;
    const pool = createPool({
      connectionString: `postgresql://${credentials}@${place}/postgres`,
      max: 1,
      applicationName: 'tls',
    });
    const literal = `'${password.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
    await pool.query(`CREATE ROLE odd LOGIN PASSWORD E${literal}`);
    await pool.end();
    const user = `odd:${encodeURIComponent(password)}`;
    expect(await encrypted(`postgresql://${user}@${place}/postgres`)).toBe(false);
    expect(await encrypted(`postgresql://${user}@localhost:1,${place}/postgres`)).toBe(false);
    expect(await encrypted(`postgresql://odd:wrong@${place}/postgres`)).toBe('28P01');
  });
});
