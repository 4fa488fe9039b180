import { type Claim, claimDue, type NewRequest } from '@reqrun/requests';
import { v7 as uuidv7 } from 'uuid';

import type { Side } from './side.js';

/** Body of the provider's answer. */
export const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    model: 'bench',
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'x'.repeat(300) } },
    ],
  }),
);
const bodyOf = (model: string): Buffer =>
  Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: 'x'.repeat(600) }] }));
const BODY = bodyOf('bench');
const LEASE_MS = 600_000;
const PAGE = 20;
/** Number of requests that one claim takes. */
export const CLAIMED = 32;

/**
 * Returns a new request as the API creates it.
 *
 * @param side the side
 * @param model its model
 */
export function newRequest(side: Side, model = 'bench'): NewRequest {
  return {
    id: uuidv7(),
    projectId: side.tenant.projectId,
    apiKeyId: side.tenant.projectId,
    mode: side.tenant.mode,
    endpoint: '/chat/completions',
    model,
    idempotencyKey: null,
    sdkRetry: null,
    fingerprint: null,
    metadata: null,
    policy: {
      count: 3,
      onCodes: [408, 409, 429, 500, 502, 503, 504],
      onLost: 'retry',
      callTimeoutMs: 600_000,
      deadlineMs: 86_400_000,
    },
    body: model === 'bench' ? BODY : bodyOf(model),
    headers: {},
  };
}

/** Reads per round. One read is so short that a single stall of the machine would determine its p95. */
const READS = 4;

/** Operations whose latency must not grow with the number of rows. */
export const OPERATIONS = [
  'accept',
  'claim',
  'finish',
  'list',
  'list a page far back',
  'status',
] as const;

/** One of these operations. */
export type Operation = (typeof OPERATIONS)[number];

/**
 * Runs a round: each writing operation once, each reading operation several times.
 *
 * @param side the side
 * @param n number of the round, which selects the rows to read
 * @returns latencies of each operation, in ms
 */
export async function runOperations(side: Side, n: number): Promise<Record<Operation, number[]>> {
  const { acceptor, reader, tenant, finisher, pool, workerId, ended } = side;
  const accept = await timed(() => acceptor.accept(newRequest(side)));
  // Requests for the claim: the one above and these.
  await Promise.all(Array.from({ length: CLAIMED - 1 }, () => acceptor.accept(newRequest(side))));
  let claims: Claim[] = [];
  const claim = await timed(async () => {
    claims = await claimDue(pool, workerId, CLAIMED, LEASE_MS);
  });
  const finish = await timed(() =>
    Promise.all(
      claims.map((own) =>
        finisher.finish({
          claim: own,
          status: 'completed',
          errorCode: null,
          errorDetail: null,
          recordErrorCode: null,
          httpStatus: 200,
          providerRequestId: null,
          decision: { action: 'succeed', reason: 'success', delay_ms: null, delay_source: null },
          answerId: null,
          provider: 'openai',
          next: null,
          isCacheable: false,
          usage: { total_tokens: 270 },
          result: { head: { status: 200, headers: {} }, body: ANSWER },
        }),
      ),
    ),
  );
  ended.push(...claims.slice(0, 1).map(({ id }) => id));
  const some = (step: number, read: number): string =>
    ended[((n * READS + read) * step) % ended.length] ?? '';
  return {
    accept: [accept],
    claim: [claim],
    finish: [finish],
    list: await timedReads(() => reader.list(tenant, { limit: PAGE })),
    'list a page far back': await timedReads((read) =>
      reader.list(tenant, { limit: PAGE, after: some(7, read) }),
    ),
    status: await timedReads((read) => reader.get(tenant, some(13, read))),
  };
}

async function timedReads(work: (read: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    times.push(await timed(() => work(read)));
  }
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
