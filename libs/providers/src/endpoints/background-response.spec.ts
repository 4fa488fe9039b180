import { validateBody } from '../answer-body.js';
import type { ProviderSuccess } from '../outcome.js';
import { backgroundResponse, finalOutcome } from './background-response.js';

const response = (status: string, more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({ id: 'resp_1', object: 'response', status, output: [], error: null, ...more }),
  );

const answer = (body: Buffer): ProviderSuccess => ({
  kind: 'success',
  httpStatus: 200,
  contentType: 'application/json',
  headers: {},
  body,
  share: null,
  usage: null,
  answerId: 'resp_1',
  providerRequestId: null,
});

describe('a response in the background', () => {
  it.each(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled'])(
    'in the state %s is a good answer to a look',
    (status) => {
      expect(validateBody(200, response(status), backgroundResponse)).toMatchObject({
        ok: true,
        id: 'resp_1',
      });
    },
  );

  it.each([
    ['<html>', 'not_json'],
    ['{"object":"list","data":[]}', 'wrong_shape'],
    ['{"object":"response","output":[]}', 'wrong_shape'],
  ])('is not what %s says', (body, reason) => {
    expect(validateBody(200, Buffer.from(body), backgroundResponse)).toEqual({ ok: false, reason });
  });

  it('is no outcome while it runs', () => {
    expect(finalOutcome(answer(response('queued')))).toBeNull();
    expect(finalOutcome(answer(response('in_progress')))).toBeNull();
  });

  it('is judged in the end as the answer to an ordinary call', () => {
    expect(
      finalOutcome(answer(response('completed', { usage: { total_tokens: 3 } }))),
    ).toMatchObject({ kind: 'success', answerId: 'resp_1', usage: { total_tokens: 3 } });
    expect(finalOutcome(answer(response('incomplete')))).toMatchObject({ kind: 'success' });
    expect(
      finalOutcome(answer(response('failed', { error: { code: 'server_error' } }))),
    ).toMatchObject({ kind: 'http_error', httpStatus: 500 });
    expect(
      finalOutcome(answer(response('failed', { error: { code: 'invalid_prompt' } }))),
    ).toMatchObject({ kind: 'http_error', httpStatus: 400 });
    expect(finalOutcome(answer(response('cancelled')))).toMatchObject({
      kind: 'invalid_response',
      reason: 'wrong_shape',
    });
  });
});
