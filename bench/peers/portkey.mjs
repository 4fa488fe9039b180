/** Portkey's gateway as it ships: a proxy with retries in memory. It stores nothing. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { endWith, listening, port, providerUrl, ready } from './peer.mjs';

const program = fileURLToPath(
  new URL('node_modules/@portkey-ai/gateway/build/start-server.js', import.meta.url),
);
endWith(
  spawn(process.execPath, [program, `--port=${port}`, '--headless'], {
    // Without this setting the gateway refuses to call a provider on this machine.
    env: { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    stdio: 'ignore',
  }),
);
await listening(port);
ready(`http://127.0.0.1:${port}/v1/chat/completions`, {
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': providerUrl,
  authorization: 'Bearer bench',
});
