import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { type Answer, type Client } from './harness/client.js';
import {
  type RecordingProvider,
  type ScriptedAnswer,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

/** Returns the id under which an answer was recorded. */
const idOf = ({ headers }: Answer): string => String(headers['x-request-id']);
const json = (value: unknown): string => JSON.stringify(value);
const QUOTA = json({ error: { code: 'insufficient_quota', message: 'Spent.' } });

/** An answer that ends the request at once, the status for the caller, and the code. */
const FINAL: readonly (readonly [string, ScriptedAnswer, number, string])[] = [
  ['a spent quota as a success', { body: QUOTA }, 429, 'insufficient_quota'],
  [
    'a spent quota in gzip',
    { status: 429, headers: { 'content-encoding': 'gzip' }, body: gzipSync(QUOTA) },
    429,
    'insufficient_quota',
  ],
  [
    'an account that is not active',
    { status: 429, body: json({ error: { type: 'billing_not_active', message: 'm' } }) },
    429,
    'billing_not_active',
  ],
  [
    'a payment that is due, by number',
    { status: 429, body: json({ error: { code: 402, message: 'Add credits.' } }) },
    429,
    'openai_http_429',
  ],
  [
    'a usage limit of months',
    {
      status: 400,
      headers: { 'x-should-retry': 'true' },
      body: json({
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'You have reached your specified API usage limits. You will regain access on x.',
        },
      }),
    },
    400,
    'openai_http_400',
  ],
  [
    'a 503 that shall not be asked again',
    { status: 503, headers: { 'x-should-retry': 'false' }, body: '{}' },
    502,
    'openai_http_503',
  ],
  [
    'a bad request that came as a success',
    { body: json([{ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'm' } }]) },
    400,
    'openai_http_400',
  ],
];

/** An answer that is retried, the code of the attempt, the reason, and the source of the wait. */
const RETRIED: readonly (readonly [string, ScriptedAnswer, string, string, string])[] = [
  [
    'a gateway error as a success',
    {
      body: json({
        error: { code: 502, message: 'm' },
        choices: [{ message: { content: '' }, finish_reason: null }],
      }),
    },
    'openai_http_502',
    'http_502',
    'backoff',
  ],
  [
    'an error in a choice',
    {
      body: json({
        choices: [{ message: { content: 'Hel' }, finish_reason: 'error', error: { code: 503 } }],
      }),
    },
    'openai_http_503',
    'http_503',
    'backoff',
  ],
  [
    'a choice that failed without a word',
    { body: json({ choices: [{ message: { content: 'Hel' }, finish_reason: 'error' }] }) },
    'provider_response_invalid',
    'error_in_body',
    'backoff',
  ],
  [
    'a choice without a message',
    { body: json({ choices: [{ text: 'x', finish_reason: 'stop' }] }) },
    'provider_response_invalid',
    'choice_without_message',
    'backoff',
  ],
  [
    'a coding that nobody knows',
    { headers: { 'content-encoding': 'pack200' }, body: 'noise' },
    'provider_response_invalid',
    'bad_encoding',
    'backoff',
  ],
  [
    'a rate limit as a success',
    { headers: { 'retry-after-ms': '20' }, body: json({ error: { code: 429, message: 'm' } }) },
    'openai_http_429',
    'http_429',
    'retry-after-ms',
  ],
  [
    'a wait in the body',
    {
      status: 429,
      body: json({
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.02s' }],
        },
      }),
    },
    'openai_http_429',
    'http_429',
    'retry-info',
  ],
  [
    'a wait of zero',
    { status: 429, headers: { 'retry-after': '0' }, body: '{}' },
    'openai_http_429',
    'http_429',
    'backoff',
  ],
  ['a 425', { status: 425, body: '{}' }, 'openai_http_425', 'http_425', 'backoff'],
  [
    'a bad request that shall be asked again',
    { status: 400, headers: { 'x-should-retry': 'true', 'retry-after-ms': '20' }, body: '{}' },
    'openai_http_400',
    'x-should-retry',
    'retry-after-ms',
  ],
];

/** An unusual answer that is a success, and the body for the caller. */
const GOOD: readonly (readonly [string, ScriptedAnswer, string])[] = [
  [
    'gzip',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(SMALL_COMPLETION) },
    SMALL_COMPLETION,
  ],
  [
    'deflate',
    { headers: { 'content-encoding': 'deflate' }, body: deflateSync(SMALL_COMPLETION) },
    SMALL_COMPLETION,
  ],
  [
    'br',
    { headers: { 'content-encoding': 'br' }, body: brotliCompressSync(SMALL_COMPLETION) },
    SMALL_COMPLETION,
  ],
  ['a byte order mark', { body: `\uFEFF${SMALL_COMPLETION}` }, `\uFEFF${SMALL_COMPLETION}`],
  [
    '40 KB of headers',
    { headers: { 'x-trace': 'a'.repeat(40_000) }, body: SMALL_COMPLETION },
    SMALL_COMPLETION,
  ],
];

describe('an answer that is not what it seems', () => {
  let provider: RecordingProvider;
  let live: Client;
  const cluster = useCluster({ redis: false });

  beforeAll(async () => {
    provider = await startRecordingProvider();
    const project = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-upstream-1234' },
    });
    live = cluster().clientFor(project.keys.live);
  });

  afterAll(() => provider.close());

  const chat = (retry?: object) =>
    live.chat({ model: 'm', messages: [{ role: 'user', content: 'x' }], wait: true, ...retry });

  it.each(FINAL)('is final after one call: %s', async (_name, answer, status, code) => {
    const before = provider.calls.length;
    provider.answer = answer;
    const failed = await chat();
    expect(provider.calls).toHaveLength(before + 1);
    expect(failed.status).toBe(status);
    expect(failed.headers['x-should-retry']).toBe('false');
    const record = await live.record(idOf(failed));
    expect(record).toMatchObject({ status: 'failed', attempts: 1, error: { code } });
  });

  it.each(RETRIED)('is tried again: %s', async (_name, answer, code, reason, source) => {
    provider.answer = answer;
    const failed = await chat({ retry: { count: 1 } });
    expect(failed.status).toBeGreaterThanOrEqual(400);
    const [first, second] = await live.attempts(idOf(failed));
    expect(first).toMatchObject({
      outcome: 'failed',
      error_code: code,
      decision: { action: 'retry', reason, delay_source: source },
    });
    expect(second).toMatchObject({
      outcome: 'failed',
      error_code: code,
      // Its decision says only that no retry is left.
      error_detail: code === 'provider_response_invalid' ? reason : null,
      decision: { action: 'fail' },
    });
  });

  it.each(GOOD)('is a success: %s', async (_name, answer, body) => {
    provider.answer = answer;
    const completed = await chat({ retry: { count: 0 } });
    expect(completed.status).toBe(200);
    expect(completed.body.toString('utf8')).toBe(body);
  });
});
