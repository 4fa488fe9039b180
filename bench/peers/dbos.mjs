/** A DBOS workflow whose one step is the provider call, behind Fastify; PostgreSQL keeps both. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import fastify from 'fastify';
import { Pool } from 'undici';

import { databaseUrl, port, providerUrl, ready } from './peer.mjs';

const { origin, pathname } = new URL(`${providerUrl}/chat/completions`);
const provider = new Pool(origin);
const complete = DBOS.registerWorkflow(
  (body) =>
    DBOS.runStep(
      async () => {
        const response = await provider.request({
          method: 'POST',
          path: pathname,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return response.body.json();
      },
      { name: 'call' },
    ),
  { name: 'complete' },
);
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, logLevel: 'error' });
await DBOS.launch();

const server = fastify();
server.post('/v1/chat/completions', (request) => complete(request.body));
await server.listen({ port, host: '127.0.0.1' });
process.once('disconnect', () => process.exit(0));
ready(`http://127.0.0.1:${port}/v1/chat/completions`);
