/** A peer: what it is, what it promises, what it needs to run. */
export interface Peer {
  /** The file below bench/peers that runs it, without its ending. */
  file: string;
  name: string;
  /** The package whose installed version is shown. */
  package: string;
  /** What a caller that was answered, or cut off, can rely on. */
  promise: string;
  needs: { database?: boolean; redis?: boolean };
}

/** Whom ReqRun is measured against. */
export const PEERS: readonly Peer[] = [
  {
    file: 'portkey',
    name: 'Portkey gateway',
    package: '@portkey-ai/gateway',
    promise: 'keeps nothing: a call in flight is lost with its process',
    needs: {},
  },
  {
    file: 'restate',
    name: 'Restate',
    package: '@restatedev/restate-server',
    promise: "durable: call and answer in Restate's journal on disk, plain text",
    needs: {},
  },
  {
    file: 'dbos',
    name: 'DBOS',
    package: '@dbos-inc/dbos-sdk',
    promise: 'durable: workflow and step in PostgreSQL, plain text',
    needs: { database: true },
  },
  {
    file: 'fastify-bullmq',
    name: 'By hand: Fastify, PostgreSQL, BullMQ',
    package: 'bullmq',
    promise:
      'durable: three commits in PostgreSQL, plain text; a job that Redis forgets is never run',
    needs: { database: true, redis: true },
  },
];

/** What ReqRun itself promises. */
export const OWN_PROMISE =
  'durable: request, every attempt and answer in PostgreSQL, contents encrypted';
