import { PassThrough } from 'node:stream';

import type { Attempt, CompletedRequest, FailedRequest } from '@reqrun/sdk';
import pc from 'picocolors';

import type { Key } from '../admin/types.js';
import { answerText } from './answer.js';
import { Output } from './output.js';
import { printable, printableText, shortDuration, shortTime } from './printable.js';
import { showKeys } from './show-keys.js';
import { showAttempts, showRequest, showRequests, showStanding } from './show-requests.js';

const plain = pc.createColors(false);
const ESCAPE = '\u001b';

const completed: CompletedRequest = {
  id: 'rr_1',
  object: 'request',
  endpoint: '/v1/chat/completions',
  status: 'completed',
  attempts: 3,
  model: 'gpt-4o-mini',
  requested_model: 'gpt-4o-mini',
  idempotency_key: null,
  created_at: '2026-11-21T06:00:00.123Z',
  updated_at: '2026-11-21T06:00:03.223Z',
  started_at: '2026-11-21T06:00:00.200Z',
  completed_at: '2026-11-21T06:00:03.223Z',
  next_attempt_at: null,
  next_attempt_is_estimate: false,
  waiting_reason: null,
  waiting_code: null,
  deadline_at: '2026-11-22T06:00:00.123Z',
  retry_until_deadline: false,
  failing_since: null,
  error: null,
  last_error_code: 'openai_http_500',
  cache: null,
  cached_from: null,
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  metadata: { ticket: '842' },
  result: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content: 'the answer', refusal: null },
      },
    ],
  },
};
const failed: FailedRequest = {
  ...completed,
  id: 'rr_2',
  status: 'failed',
  error: {
    code: 'openai_http_503',
    type: 'provider_error',
    message: 'It failed.',
    http_status: 503,
  },
  last_error_code: 'openai_http_503',
  usage: null,
  metadata: null,
  result: null,
};
const key: Key = {
  id: '0199f0a2-5c1e-7d4b-9a3f-2b6d8e1c4f70',
  name: 'billing',
  mode: 'live',
  scopes: ['requests:write', 'requests:read'],
  prefix: 'reqrun_live_',
  last_four: 'wxyz',
  created_at: '2026-11-21T06:00:00.000Z',
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  rotated_from_id: null,
  replaced_by_id: null,
  state: 'active',
};

/** An output on streams that are terminals or not, and what was written to standard output. */
function outputOn(isTTY: boolean, noColor = false): { output: Output; written: () => string } {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY: false });
  const output = new Output(stdout, stderr, { noColor, animated: false });
  return { output, written: () => String(stdout.read()) };
}

describe('tables', () => {
  it('show requests in columns, without blanks at the end of a line', () => {
    expect(showRequests([completed, failed], plain).split('\n')).toEqual([
      'ID    STATUS     ATTEMPTS  MODEL        CREATED (UTC)        TOOK   LAST ERROR',
      'rr_1  completed  3         gpt-4o-mini  2026-11-21 06:00:00  3.1 s  openai_http_500',
      'rr_2  failed     3         gpt-4o-mini  2026-11-21 06:00:00  3.1 s  openai_http_503',
    ]);
  });

  it('show one request without its answer', () => {
    const text = showRequest(completed, plain);
    expect(text).toContain('metadata.ticket  842');
    expect(text).toMatch(/^Status +completed$/m);
    expect(text).not.toContain('the answer');
  });

  it('show why a request has failed', () => {
    expect(showRequest(failed, plain)).toMatch(/^Error +openai_http_503: It failed\.$/m);
  });

  it('show attempts and what followed', () => {
    const attempt: Attempt = {
      object: 'request.attempt',
      number: 1,
      model: 'gpt-4o-mini',
      started_at: '2026-11-21T06:00:00.000Z',
      ended_at: '2026-11-21T06:00:00.250Z',
      outcome: 'failed',
      http_status: 429,
      error_code: 'openai_http_429',
      error_detail: null,
      provider_request_id: null,
      decision: { action: 'retry', reason: 'retryable', delay_ms: 1_000, delay_source: 'backoff' },
    };
    expect(showAttempts([attempt], plain).split('\n')[1]).toBe(
      '1  failed   429   openai_http_429  2026-11-21 06:00:00  250 ms  retry in 1.0 s (retryable)  gpt-4o-mini',
    );
    const unusable = { error_code: 'provider_response_invalid', error_detail: 'not_json' };
    expect(showAttempts([{ ...attempt, ...unusable }], plain)).toContain(
      '  provider_response_invalid (not_json)  ',
    );
  });

  it('show keys, never the whole of one', () => {
    expect(showKeys([key], plain)).toContain('reqrun_live_…wxyz');
  });

  it('do not let what others have chosen command the terminal', () => {
    const evil = `${ESCAPE}[2Jx\u0007\r\n\u009b31m\u202e`;
    for (const text of [
      showRequests([{ ...completed, model: evil }], plain),
      showRequest({ ...completed, idempotency_key: evil, metadata: { [evil]: evil } }, plain),
      showKeys([{ ...key, name: evil }], plain),
      showStanding({ ...completed, last_error_code: evil }),
    ]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text).toContain('x');
    }
  });
});

describe('colors', () => {
  it.each([
    ['are there on a terminal', true, false, true],
    ['are not in a pipe', false, false, false],
    ['are not where NO_COLOR says so', true, true, false],
  ])('%s', (_name, isTTY, noColor, colored) => {
    const { output } = outputOn(isTTY, noColor);
    expect(showRequests([completed], output.colors).includes(ESCAPE)).toBe(colored);
  });
});

describe('an answer', () => {
  it('is the text of the model, then its tool calls', () => {
    const [choice] = completed.result!.choices;
    const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } };
    const text = answerText({
      ...completed.result!,
      choices: [
        choice!,
        { ...choice!, message: { ...choice!.message, content: null, tool_calls: [call] } },
      ],
    });
    expect(text).toBe(`the answer\n\n${JSON.stringify([call], null, 2)}`);
  });

  it('goes into a file as it is, and to a terminal without its commands', () => {
    const text = `a\tb\n${ESCAPE}[31mc`;
    const [file, terminal] = [outputOn(false), outputOn(true)];
    file.output.content(text);
    terminal.output.content(text);
    expect(file.written()).toBe(`${text}\n`);
    expect(terminal.written()).toBe('a\tb\n\uFFFD[31mc\n');
  });
});

describe('what people read', () => {
  it('has short times and durations', () => {
    expect(shortTime('2026-11-21T06:00:00.123Z')).toBe('2026-11-21 06:00:00');
    expect(shortTime(null)).toBe('–');
    expect([12, 3_100, 125_000, 7_500_000].map(shortDuration)).toEqual([
      '12 ms',
      '3.1 s',
      '2 min 5 s',
      '2 h 5 min',
    ]);
  });

  it('keeps other scripts and signs', () => {
    expect(printable('über 👩‍💻 日本')).toBe('über 👩‍💻 日本');
    expect(printableText('a\n\tb')).toBe('a\n\tb');
  });

  it('says when the next attempt is due', () => {
    const now = Date.parse('2026-11-21T06:00:00.000Z');
    const retrying = {
      ...completed,
      status: 'retrying' as const,
      next_attempt_at: '2026-11-21T06:00:02.000Z',
      result: null,
    };
    expect(showStanding(retrying, now)).toBe(
      'rr_1 retrying · 3 attempts · openai_http_500 · next in 2.0 s',
    );
  });
});
