import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';

import { describeWithProgram } from '@reqrun/platform/testing';

import { eventually } from './harness/eventually.js';
import { chatBody } from './harness/client.js';
import { type ProxyKind, ReverseProxy } from './harness/reverse-proxy.js';
import { useCluster } from './harness/transports.js';

const MIB = 1024 * 1024;
/** The longest time that a call may wait for its answer, in seconds. */
const LONGEST_WAIT = 240;
const NGINX = resolve(import.meta.dirname, '../../../deploy/nginx/reqrun.conf');

const cluster = useCluster({ redis: false, env: { REQRUN_TRUST_PROXY: '127.0.0.1' } });

const post = (body: object, key = cluster().project.keys.test) => ({
  method: 'POST',
  path: '/v1/chat/completions',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const codeOf = (text: string): string | null =>
  (JSON.parse(text) as { error: { code: string | null } }).error.code;

describe.each<ProxyKind>(['nginx', 'caddy'])('%s', (kind) => {
  describeWithProgram(kind, 'with the example of deploy/', () => {
    let proxy: ReverseProxy;
    beforeAll(async () => {
      proxy = await ReverseProxy.start(kind, cluster().baseUrl);
    });
    afterAll(() => proxy.close());

    it('passes a call on and brings the answer of a call that waits', async () => {
      const { status, text } = await proxy.call(post(chatBody('sim/slow:1500', { wait: true })));
      expect([status, text.includes('chat.completion')]).toEqual([200, true]);
    });

    it('passes frames of a stream on while the stream runs', async () => {
      const answer = await proxy.open(
        post(chatBody('sim/tokens:400:20', { wait: true, stream: true })),
      );
      const id = String(answer.headers['x-request-id']);
      await once(answer, 'data');
      await once(answer, 'data');
      // 400 tokens take 20 s, so a proxy that collected them would have shown none yet.
      expect((await cluster().client.record(id)).status).toBe('processing');
      answer.destroy();
      await cluster().client.cancel(id);
    });

    it('takes bodies of up to 32 MiB, and leaves the refusal of larger ones to ReqRun', async () => {
      const envelope = JSON.stringify(chatBody('sim/ok', { wait: true, padding: '' })).length;
      const padded = (bytes: number): object =>
        chatBody('sim/ok', { wait: true, padding: 'x'.repeat(bytes - envelope) });
      expect((await proxy.call(post(padded(32 * MIB)))).status).toBe(200);
      // A proxy may close the connection while the rest of the body is on its way; a client then tries again.
      const refused = await eventually(
        () => proxy.call(post(padded(32 * MIB + 1024))).catch(() => ({ status: 0, text: '{}' })),
        ({ status }) => status !== 0,
      );
      expect([refused.status, codeOf(refused.text)]).toEqual([413, 'body_too_large']);
    });

    it('tells ReqRun the address of the caller, and not one that the caller claims', async () => {
      const wrong = (from: string, claimed: string) => ({
        ...post({}, 'reqrun_test_wrong'),
        from,
        headers: { authorization: 'Bearer reqrun_test_wrong', 'x-forwarded-for': claimed },
      });
      const own = kind === 'nginx' ? '127.0.1.2' : '127.0.2.2';
      let last = { status: 0, text: '' };
      for (let n = 0; n < 61; n += 1) {
        last = await proxy.call(wrong(own, `10.0.0.${n}`));
      }
      expect([last.status, codeOf(last.text)]).toEqual([429, 'too_many_failed_keys']);
      const other = kind === 'nginx' ? '127.0.1.3' : '127.0.2.3';
      expect((await proxy.call(wrong(other, own))).status).toBe(401);
    });

    it.each(['/metrics', '/health/ready', '/admin/session', '/'])(
      'shows nothing of %s to the outside',
      async (path) => {
        const { status, text } = await proxy.call({ path });
        expect([status, text.includes('reqrun')]).toEqual([404, false]);
      },
    );
  });
});

describeWithProgram('nginx', 'the timeouts of nginx', () => {
  it('are longer than the longest wait, and are what ends a wait', async () => {
    const text = readFileSync(NGINX, 'utf8');
    const seconds = Number(/proxy_read_timeout (\d+)s;/.exec(text)?.[1]);
    expect(seconds).toBeGreaterThan(LONGEST_WAIT);
    const hasty = await ReverseProxy.start('nginx', cluster().baseUrl, (shipped) =>
      shipped.replace(/proxy_read_timeout \d+s;/, 'proxy_read_timeout 1s;'),
    );
    try {
      const { status } = await hasty.call(post(chatBody('sim/slow:20000', { wait: true })));
      expect(status).toBe(504);
    } finally {
      await hasty.close();
    }
  });
});
