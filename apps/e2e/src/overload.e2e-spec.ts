import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { AsyncHandle } from '@reqrun/contracts';

import { type Answer, chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { openRaw, parseRaw } from './harness/raw-http.js';
import { useCluster } from './harness/transports.js';

const MIB = 1024 * 1024;
/** Number of connections, above Node's default backlog of 511. */
const CROWD = 800;
/** File with the system's limit of a listen backlog. Systems without the file have a small limit. */
const SYSTEM_BACKLOG = '/proc/sys/net/core/somaxconn';
const systemBacklog = existsSync(SYSTEM_BACKLOG) ? Number(readFileSync(SYSTEM_BACKLOG, 'utf8')) : 0;
/** Time in which a call usually reaches the process. Otherwise the next one does. */
const MOMENT_MS = 100;

function expectFull(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(errorOf(answer).code).toBe('overloaded');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(answer.headers['x-should-retry']).toBe('true');
}

/** Sends calls while nothing can be committed, until one is refused. */
async function fill(client: Client): Promise<{ taken: Promise<Answer>[]; refused: Answer }> {
  const taken: Promise<Answer>[] = [];
  for (;;) {
    const call = client.chat(chatBody('sim/ok'));
    const refused = await Promise.race([call, delay(MOMENT_MS)]);
    if (refused !== undefined) {
      return { taken, refused };
    }
    taken.push(call);
  }
}

describe('an API process that is full', () => {
  const cluster = useCluster({
    redis: false,
    env: { REQRUN_MAX_PENDING_CALLS: '1', REQRUN_MAX_PENDING_BYTES: String(MIB) },
  });

  it('refuses what it cannot take, and finishes all that it took', async () => {
    const { client, pool } = cluster();
    const database = await pool.connect();
    // Calls accumulate while nothing can be committed.
    await database.query('BEGIN; LOCK TABLE requests IN ACCESS EXCLUSIVE MODE');
    const { taken, refused } = await fill(client).finally(async () => {
      await database.query('ROLLBACK');
      database.release();
    });
    const answers = await Promise.all(taken);
    const handles = answers.filter(({ status }) => status === 202);
    answers.filter(({ status }) => status !== 202).forEach(expectFull);
    expectFull(refused);
    expect(handles.length).toBeGreaterThan(0);
    for (const handle of handles) {
      await client.until(jsonOf<AsyncHandle>(handle).id, 'completed');
    }
    const { rows } = await pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM requests',
    );
    expect(rows[0]?.count).toBe(handles.length);
  });

  it('counts bodies that are still being read, and takes more when they were', async () => {
    const { client, baseUrl, project } = cluster();
    const body = JSON.stringify(chatBody('sim/ok', { padding: 'x'.repeat(MIB - 1024) }));
    const upload = openRaw(
      baseUrl,
      [
        'POST /v1/chat/completions HTTP/1.1',
        'Host: x',
        `Authorization: Bearer ${project.keys.test}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        // Node sends 100 Continue when it hands the call over, before the body has arrived.
        'Expect: 100-continue',
        'Connection: close',
        '\r\n',
      ].join('\r\n'),
    );
    await once(upload.socket, 'data');
    const large = chatBody('sim/ok', { padding: 'x'.repeat(128 * 1024) });
    // An announced body takes no room; a received one does.
    expect((await client.chat(large)).status).toBe(202);
    upload.socket.write(body.slice(0, -1));
    const full = await eventually(
      () => client.chat(large),
      ({ status }) => status !== 202,
    );
    expectFull(full);
    upload.socket.write(body.slice(-1));
    const answer = await upload.closed;
    expect(parseRaw(answer.slice(answer.indexOf('HTTP/1.1 202'))).status).toBe(202);
    expect((await client.chat(large)).status).toBe(202);
  });

  it('still answers whoever looks for what it took', async () => {
    const { client, pool } = cluster();
    const id = await client.submit('sim/ok');
    await client.until(id, 'completed');
    const database = await pool.connect();
    await database.query('BEGIN; LOCK TABLE payloads IN ACCESS EXCLUSIVE MODE');
    let taken: Promise<Answer>[];
    try {
      const filled = await fill(client);
      taken = filled.taken;
      expectFull(filled.refused);
      expect((await client.record(id)).status).toBe('completed');
    } finally {
      await database.query('ROLLBACK');
      database.release();
    }
    expect((await Promise.all(taken)).map(({ status }) => status)).toContain(202);
  });

  (systemBacklog > CROWD ? it : it.skip)(
    'keeps the place of every client that connects while it does not move',
    async () => {
      const { apis, baseUrl } = cluster();
      apis[0]?.pause();
      const clients = Array.from({ length: CROWD }, () =>
        openRaw(baseUrl, 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      try {
        // A client without a place in the backlog gets no notice, and would hang here until the end.
        await Promise.all(clients.map(({ socket }) => once(socket, 'connect')));
      } finally {
        apis[0]?.resume();
      }
      const answers = await Promise.all(clients.map(({ closed }) => closed));
      expect(new Set(answers.map((answer) => parseRaw(answer).status))).toEqual(new Set([200]));
    },
  );
});
