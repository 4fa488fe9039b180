/**
 * A service as one writes it by hand. Fastify commits the request and BullMQ hands it to a worker process,
 * which commits the start, calls the provider and commits the answer. Plain text, no attempts.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { Queue, QueueEvents, Worker } from 'bullmq';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Pool } from 'undici';

import { databaseUrl, port, providerUrl, ready, redisUrl } from './peer.mjs';

const connection = () => new Redis(redisUrl, { maxRetriesPerRequest: null });
const database = new pg.Pool({ connectionString: databaseUrl, max: 20 });
process.once('disconnect', () => process.exit(0));

if (process.argv[2] === 'worker') {
  const { origin, pathname } = new URL(`${providerUrl}/chat/completions`);
  const provider = new Pool(origin);
  new Worker(
    'calls',
    async ({ data: { id } }) => {
      const { rows } = await database.query({
        name: 'claim',
        text: `UPDATE calls SET status = 'processing', started_at = now() WHERE id = $1 RETURNING body`,
        values: [id],
      });
      const response = await provider.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rows[0].body),
      });
      await database.query({
        name: 'finish',
        text: `UPDATE calls SET status = 'completed', result = $2, ended_at = now() WHERE id = $1`,
        values: [id, await response.body.text()],
      });
    },
    { connection: connection(), concurrency: 256 },
  );
} else {
  await database.query(
    `CREATE TABLE calls (id uuid PRIMARY KEY, status text NOT NULL, body jsonb NOT NULL, result jsonb,
       created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, ended_at timestamptz)`,
  );
  const queue = new Queue('calls', {
    connection: connection(),
    // Waiting for a job that was already removed is an error.
    defaultJobOptions: {
      attempts: 4,
      removeOnComplete: { count: 1000 },
      removeOnFail: { count: 1000 },
    },
  });
  const events = new QueueEvents('calls', { connection: connection() });
  events.setMaxListeners(0);
  await events.waitUntilReady();
  fork(fileURLToPath(import.meta.url), ['worker']);
  const server = fastify();
  server.post('/v1/chat/completions', async (request) => {
    const id = randomUUID();
    await database.query({
      name: 'accept',
      text: `INSERT INTO calls (id, status, body) VALUES ($1, 'queued', $2)`,
      values: [id, JSON.stringify(request.body)],
    });
    const job = await queue.add('call', { id });
    await job.waitUntilFinished(events);
    const { rows } = await database.query({
      name: 'read',
      text: 'SELECT result FROM calls WHERE id = $1',
      values: [id],
    });
    return rows[0].result;
  });
  await server.listen({ port, host: '127.0.0.1' });
  ready(`http://127.0.0.1:${port}/v1/chat/completions`);
}
