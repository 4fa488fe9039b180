import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import type { ExtensionFields } from '../../policy/extension-fields.dto.js';
import { idempotencyKeyOf, sdkRetryOf, waitOf } from './wait-preference.js';

/** A call with these headers, as Node.js provides them. */
function call(...headers: readonly [string, string][]): FastifyRequest {
  return {
    headers: Object.fromEntries(headers),
    raw: { rawHeaders: headers.flat() },
  } as unknown as FastifyRequest;
}

describe('how long a caller waits', () => {
  /** Settings of a project, with or without waiting. */
  const LIMIT_MS = 90_000;
  const AUTO_MS = 200_000;
  const PROJECT = {
    defaultWait: false as boolean | 'auto',
    defaultWaitTimeoutMs: LIMIT_MS,
    autoWaitTimeoutMs: AUTO_MS,
  };
  it.each([
    ['nothing said', [], {}, false, 0],
    ['nothing said, the project waits', [], {}, true, LIMIT_MS],
    ['the field', [], { wait: true }, false, LIMIT_MS],
    ['the field over the project', [], { wait: false }, true, 0],
    ['the field with a limit', [], { wait: true, wait_timeout_ms: 100 }, false, 100],
    ['a limit where the project waits', [], { wait_timeout_ms: 100 }, true, 100],
    ['a limit that is null', [], { wait_timeout_ms: null }, true, LIMIT_MS],
    ['a limit alone does not wait', [], { wait_timeout_ms: 100 }, false, 0],
    ['the header', [['prefer', 'wait=7']], {}, false, 7_000],
    ['the header over the project', [['prefer', 'wait=7']], {}, true, 7_000],
    ['the limit over the header', [['prefer', 'wait=7']], { wait_timeout_ms: 100 }, false, 100],
    ['the field, the time by header', [['prefer', 'wait=7']], { wait: true }, true, 7_000],
    ['the field, no time by header', [['prefer', 'wait=0']], { wait: true }, false, LIMIT_MS],
    ['the header among others', [['prefer', 'return=minimal, Wait = "7"; x']], {}, false, 7_000],
    ['a header that is too long is cut', [['prefer', 'wait=9999']], {}, false, 240_000],
    ['respond-async', [['prefer', 'respond-async']], {}, true, 0],
    ['respond-async after a wait', [['prefer', 'respond-async, wait=10']], {}, false, 10_000],
    ['a header of something else', [['prefer', 'return=minimal']], {}, true, LIMIT_MS],
    ['the field over the header', [['prefer', 'wait=7']], { wait: false }, false, 0],
    ['wait=0', [['prefer', 'wait=0']], {}, true, 0],
  ] as const)('%s', (_what, headers, own, defaultWait, expected) => {
    const request = call(...(headers as readonly [string, string][]));
    const project = { ...PROJECT, defaultWait };
    expect(waitOf(request, own as ExtensionFields, project)).toEqual({
      ms: expected,
      isAuto: false,
    });
  });

  it.each([
    ['a stock SDK', [['x-stainless-lang', 'python']], {}, AUTO_MS, true],
    ['promptfoo', [['x-promptfoo-version', '0.123.1']], {}, AUTO_MS, true],
    ['a client that wants events', [['accept', 'text/event-stream']], {}, AUTO_MS, true],
    ['an agent of the list', [['user-agent', 'ai-sdk/openai/3.0']], {}, AUTO_MS, true],
    ['our own SDK', [['user-agent', 'reqrun-sdk/0.1.0']], {}, 0, true],
    ['curl', [['user-agent', 'curl/8.5']], {}, 0, true],
    [
      'a stock SDK that names a limit',
      [['x-stainless-lang', 'js']],
      { wait_timeout_ms: 5 },
      5,
      true,
    ],
    ['a stock SDK that says no', [['x-stainless-lang', 'js']], { wait: false }, 0, false],
    ['a stock SDK that says yes', [['x-stainless-lang', 'js']], { wait: true }, LIMIT_MS, false],
    ['curl that says yes', [['prefer', 'wait=7']], {}, 7_000, false],
  ] as const)('by itself: %s', (_what, headers, own, ms, isAuto) => {
    const request = call(...(headers as readonly [string, string][]));
    const project = { ...PROJECT, defaultWait: 'auto' as const };
    expect(waitOf(request, own as ExtensionFields, project)).toEqual({
      ms,
      isAuto: isAuto && ms > 0,
    });
  });

  it('a wait that is no number is refused by the name of the header', () => {
    expect(() => waitOf(call(['prefer', 'wait=soon']), {}, PROJECT)).toThrow(ApiError);
  });
});

describe('the number of a retry', () => {
  it.each([
    ['0', 0],
    ['2', 2],
    ['10', 10],
    ['11', null],
    ['-1', null],
    ['x', null],
  ])('%s is %j', (header, number) => {
    expect(sdkRetryOf(call(['x-stainless-retry-count', header]))).toBe(number);
  });
});

describe('the idempotency key', () => {
  it.each([
    ['none', [], {}, null],
    ['the field', [], { idempotency_key: 'a b ü' }, 'a b ü'],
    ['the header, bare', [['idempotency-key', 'k-1']], {}, 'k-1'],
    ['the header, quoted', [['idempotency-key', '"k-1"']], {}, 'k-1'],
    ['the header, quoted with escapes', [['idempotency-key', String.raw`"k\"1"`]], {}, 'k"1'],
    ['both, alike', [['idempotency-key', '"k-1"']], { idempotency_key: 'k-1' }, 'k-1'],
  ] as const)('%s', (_what, headers, own, expected) => {
    expect(idempotencyKeyOf(call(...(headers as readonly [string, string][])), own)).toBe(expected);
  });

  it.each([
    ['both, differing', [['idempotency-key', 'k-1']], { idempotency_key: 'k-2' }],
    [
      'sent twice',
      [
        ['idempotency-key', 'k'],
        ['Idempotency-Key', 'k'],
      ],
      {},
    ],
    ['empty', [['idempotency-key', '']], {}],
    ['too long', [['idempotency-key', 'k'.repeat(256)]], {}],
    ['not ASCII', [['idempotency-key', 'kü']], {}],
  ] as const)('%s is refused', (_what, headers, own) => {
    expect(() =>
      idempotencyKeyOf(call(...(headers as unknown as readonly [string, string][])), own),
    ).toThrow(ApiError);
  });
});
