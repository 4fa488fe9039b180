import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import type { ExtensionFields } from './extension-fields.dto.js';
import { idempotencyKeyOf, waitLimitMs } from './wait-preference.js';

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
    const project = { defaultWait, defaultWaitTimeoutMs: LIMIT_MS };
    expect(waitLimitMs(request, own as ExtensionFields, project)).toBe(expected);
  });

  it('a wait that is no number is refused by the name of the header', () => {
    const project = { defaultWait: false, defaultWaitTimeoutMs: LIMIT_MS };
    expect(() => waitLimitMs(call(['prefer', 'wait=soon']), {}, project)).toThrow(ApiError);
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
