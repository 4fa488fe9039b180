/** A Restate service whose one step is the provider call; Restate's server journals both. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import * as restate from '@restatedev/restate-sdk';
import { Pool } from 'undici';

import { directory, endWith, listening, port, providerUrl, ready } from './peer.mjs';

const { origin, pathname } = new URL(`${providerUrl}/chat/completions`);
const provider = new Pool(origin);
const service = restate.service({
  name: 'llm',
  handlers: {
    complete: (ctx, body) =>
      ctx.run('call', async () => {
        const response = await provider.request({
          method: 'POST',
          path: pathname,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return response.body.json();
      }),
  },
});
// The SDK uses this function, which Node 20 lacks.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
const servicePort = Number(process.env.PORT_2);
const adminPort = Number(process.env.PORT_3);
await restate.serve({ services: [service], port: servicePort });

const program = fileURLToPath(
  new URL('node_modules/@restatedev/restate-server/lib/index.js', import.meta.url),
);
endWith(
  spawn(process.execPath, [program, '--base-dir', directory, '--node-name', 'bench'], {
    env: {
      ...process.env,
      RESTATE_LOG_FILTER: 'error',
      RESTATE_BIND_ADDRESS: `127.0.0.1:${process.env.PORT_4}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${port}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
    },
    stdio: 'ignore',
  }),
);
await listening(adminPort);
for (;;) {
  const registered = await fetch(`http://127.0.0.1:${adminPort}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${servicePort}` }),
  }).catch(() => null);
  if (registered?.ok) {
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}
await listening(port);
ready(`http://127.0.0.1:${port}/llm/complete`);
