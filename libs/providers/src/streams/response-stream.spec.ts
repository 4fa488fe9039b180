import { readEvents, type ReadStream } from '../testing/read-events.js';

const response = {
  id: 'resp_1',
  object: 'response',
  status: 'in_progress',
  output: [],
  usage: null,
};
const completed = {
  ...response,
  status: 'completed',
  output: [{ type: 'message' }],
  usage: { total_tokens: 3 },
};

const USUAL: readonly object[] = [
  { type: 'response.created', response },
  { type: 'response.in_progress', response },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'message' } },
  { type: 'response.content_part.added', part: { type: 'output_text', text: '' } },
  { type: 'response.output_text.delta', delta: 'Hi', obfuscation: 'xyz' },
  { type: 'response.completed', response: completed },
];

const events = (given: readonly object[], from = 0): Buffer =>
  Buffer.from(
    given
      .map((event, at) => {
        const data = JSON.stringify({ sequence_number: from + at, ...event });
        return `event: ${(event as { type: string }).type}\ndata: ${data}\n\n`;
      })
      .join(''),
  );

const read = (given: readonly object[], from = 0): ReadStream =>
  readEvents([events(given, from)], '/responses');

describe('a stream of the Responses API', () => {
  it('has frames with the type above the data, and comes to the response of its end', () => {
    const { frames, body, failure } = read(USUAL);
    expect(failure).toBeNull();
    expect(Buffer.concat(frames.map(({ bytes }) => bytes))).toEqual(events(USUAL));
    expect(frames.map(({ says }) => says)).toEqual([false, false, false, false, true, true]);
    expect(frames.map(({ makesWhole }) => makesWhole)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(body).toEqual(completed);
  });

  it('has the type above the data also where the provider leaves it out', () => {
    const bare = Buffer.from(
      events(USUAL)
        .toString()
        .replaceAll(/^event: .*\n/gm, ''),
    );
    expect(readEvents([bare], '/responses')).toEqual(read(USUAL));
  });

  it('comes to the bytes of the response, digit for digit', () => {
    const text = '{"object":"response","status":"completed","output":[], "n": 1.50}';
    const data = `{"type":"response.completed","response": ${text},"sequence_number":0}`;
    expect(readEvents([Buffer.from(`data: ${data}\n\n`)], '/responses').text).toBe(text);
  });

  it('that ends incomplete is whole: it is as much as was asked for', () => {
    const incomplete = { ...completed, status: 'incomplete' };
    expect(read([{ type: 'response.incomplete', response: incomplete }]).body).toEqual(incomplete);
  });

  it.each([
    ['server_error', 500],
    ['rate_limit_exceeded', 429],
    ['invalid_prompt', 400],
  ])('that failed with %s counts as HTTP %i', (code, status) => {
    const failed = { ...response, status: 'failed', error: { code, message: 'm' } };
    expect(
      read([...USUAL.slice(0, 5), { type: 'response.failed', response: failed }]),
    ).toMatchObject({
      failure: { status },
      body: null,
    });
  });

  it.each([
    ['flat', { type: 'error', code: 'rate_limit_exceeded', message: 'm', param: null }],
    ['nested', { type: 'error', error: { type: 'tokens', code: 'rate_limit_exceeded' } }],
  ])('with an error event, %s, is that error', (_how, event) => {
    expect(read([...USUAL.slice(0, 2), event]).failure).toMatchObject({ status: 429 });
  });

  it.each([
    ['begins with another number', USUAL, 1],
    ['has no numbers', [{ type: 'response.created', response, sequence_number: undefined }], 0],
    ['has a gap', [...USUAL.slice(0, 2), { ...USUAL[2], sequence_number: 3 }], 0],
    ['has a number twice', [USUAL[0]!, { ...USUAL[1], sequence_number: 0 }], 0],
    ['has an event without a type', [{ type: undefined }], 0],
    ['has a type that is no line', [{ type: 'response.a\nid: 1' }], 0],
    ['ends without a response', [{ type: 'response.completed' }], 0],
    ['ends with a response in progress', [{ type: 'response.completed', response }], 0],
    [
      'was canceled',
      [{ type: 'response.cancelled', response: { ...response, status: 'cancelled' } }],
      0,
    ],
  ])('that %s is invalid', (_how, given, from) => {
    expect(read(given, from).failure).toEqual({ ok: false, reason: 'wrong_shape' });
  });

  it('that ends before its terminal event is not whole', () => {
    expect(read(USUAL.slice(0, 5)).body).toBeNull();
  });
});
