import { isOwnCall } from './own-calls.js';

const AGENT = 'reqrun/0.1.0 OpenAI/JS 6.1.0';
const KEY = 'rr_0192f0c1a7d27b3c8d4e5f60718293a4-1';

describe('a call of ReqRun to itself', () => {
  it.each([
    ['the mark of its calls', { 'x-reqrun-hop': '1' }],
    ['its user agent and an attempt’s key', { 'user-agent': AGENT, 'idempotency-key': KEY }],
    ['the same, quoted', { 'user-agent': AGENT, 'idempotency-key': `"${KEY}"` }],
    ['the same behind a proxy’s', { 'user-agent': `p/1 ${AGENT}`, 'idempotency-key': KEY }],
  ])('is known by %s', (_how, headers) => {
    expect(isOwnCall(headers)).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['an SDK', { 'user-agent': 'OpenAI/JS 6.1.0', 'idempotency-key': 'order-4711' }],
    ['the SDK of ReqRun', { 'user-agent': 'reqrun-sdk/0.1.0', 'idempotency-key': KEY }],
    ['a key that looks like an attempt’s', { 'user-agent': 'curl/8', 'idempotency-key': KEY }],
    ['its user agent alone', { 'user-agent': AGENT }],
    ['its user agent and a key of one’s own', { 'user-agent': AGENT, 'idempotency-key': 'a-1' }],
  ])('is not seen in %s', (_what, headers) => {
    expect(isOwnCall(headers)).toBe(false);
  });
});
