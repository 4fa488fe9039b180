import { type Claim, claimDue, type NewRequest } from '@reqrun/requests';
import { v7 as uuidv7 } from 'uuid';

import type { Side } from './side.js';

/** What the provider is said to have answered. */
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
const BODY = Buffer.from(
  JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'x'.repeat(600) }] }),
);
const LEASE_MS = 600_000;
const PAGE = 20;
/** Requests that a claim takes. */
export const CLAIMED = 32;

/** A new request, as the API makes it. */
export function newRequest(side: Side): NewRequest {
  return {
    id: uuidv7(),
    projectId: side.scope.projectId,
    apiKeyId: side.scope.projectId,
    mode: side.scope.mode,
    endpoint: '/chat/completions',
    model: 'bench',
    idempotencyKey: null,
    fingerprint: null,
    metadata: null,
    policy: {
      count: 3,
      onCodes: [408, 409, 429, 500, 502, 503, 504],
      onLost: 'retry',
      callTimeoutMs: 600_000,
      deadlineMs: 86_400_000,
    },
    body: BODY,
    headers: {},
  };
}

/** The operations that must stay flat, each with the time of its last run. */
export const OPERATIONS = [
  'accept',
  'claim',
  'finish',
  'list',
  'list a page far back',
  'status',
] as const;

/** One of them. */
export type Operation = (typeof OPERATIONS)[number];

/**
 * Runs each operation once and says how long each took.
 *
 * @param side where
 * @param n the how-manieth time: it picks what is read
 * @returns ms per operation
 */
export async function runOperations(side: Side, n: number): Promise<Record<Operation, number>> {
  const { acceptor, reader, scope, finisher, pool, workerId, ended } = side;
  const accept = await timed(() => acceptor.accept(newRequest(side)));
  // What is claimed shall be there: the one above and these.
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
          recordErrorCode: null,
          httpStatus: 200,
          providerRequestId: null,
          decision: { action: 'succeed', reason: 'success', delay_ms: null, delay_source: null },
          usage: { total_tokens: 270 },
          result: { head: { status: 200, headers: {} }, body: ANSWER },
        }),
      ),
    ),
  );
  ended.push(...claims.slice(0, 1).map(({ id }) => id));
  const some = (step: number): string => ended[(n * step) % ended.length] ?? '';
  return {
    accept,
    claim,
    finish,
    list: await timed(() => reader.list(scope, { limit: PAGE })),
    'list a page far back': await timed(() => reader.list(scope, { limit: PAGE, after: some(7) })),
    status: await timed(() => reader.get(scope, some(13))),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
