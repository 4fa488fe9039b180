/** A peer with its guarantee and its requirements. */
export interface Peer {
  /** Name of the file in bench/peers that runs it, without its extension. */
  file: string;
  name: string;
  /** Name of the package whose installed version is shown. */
  package: string;
  /** Guarantee for a caller that got an answer, or lost its connection. */
  promise: string;
  needs: { database?: boolean; redis?: boolean };
}

/** The products that ReqRun is compared with. */
export const PEERS: readonly Peer[] = [
  {
    file: 'portkey',
    // With newer versions of @hono/node-server (1.14 to 1.19 were tried) it answers streams with 500: hence the override.
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

/** The guarantee of ReqRun itself. */
export const OWN_PROMISE =
  'durable: request, every attempt and answer in PostgreSQL, contents encrypted';
