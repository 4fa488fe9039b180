import fc from 'fast-check';

import { anyText } from '../testing/generated-streams.js';
import { readEvents, type ReadStream } from '../testing/read-events.js';
import { streamModuleAt } from './index.js';
import { madeUpStream } from './made-up-stream.js';
import type { Frame } from './frame.js';

const text = (frames: readonly Frame[]): Buffer => Buffer.concat(frames.map(({ bytes }) => bytes));

/** The stream that is made of a body, and what reading it gives. */
function roundTrip(path: string, body: object): { frames: Frame[]; read: ReadStream } {
  const frames = madeUpStream(streamModuleAt(path)!, Buffer.from(JSON.stringify(body, null, 2)));
  const choices = (body as { choices?: unknown[] }).choices?.length ?? 1;
  return { frames, read: readEvents([text(frames)], path, choices) };
}

const toolCalls = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.constant('function'),
    function: fc.record({ name: fc.constant('f'), arguments: anyText }),
  }),
  { minLength: 1, maxLength: 3 },
);

const message = fc.record(
  {
    role: fc.constant('assistant'),
    content: fc.option(anyText),
    refusal: fc.option(anyText),
    tool_calls: toolCalls,
    reasoning_content: anyText,
    audio: fc.record({
      id: fc.uuid(),
      data: fc.base64String(),
      transcript: anyText,
      expires_at: fc.nat(),
    }),
    function_call: fc.record({ name: fc.constant('f'), arguments: anyText }),
    // As a provider's text has it: JSON knows no -0 once it is written.
    new_member: fc
      .jsonValue({ maxDepth: 0 })
      .map((value): unknown => JSON.parse(JSON.stringify(value))),
  },
  { requiredKeys: ['role', 'content'] },
);

const usage = fc.record({
  prompt_tokens: fc.nat(),
  completion_tokens: fc.nat(),
  total_tokens: fc.nat(),
});

const chatBody = fc
  .record(
    {
      id: fc.uuid(),
      created: fc.integer({ min: 1 }),
      model: fc.constant('m'),
      system_fingerprint: fc.constant('fp'),
      messages: fc.array(
        fc.record(
          {
            message,
            finish_reason: fc.constantFrom('stop', 'length', 'tool_calls'),
            logprobs: fc.constant({ content: [{ token: 'a' }], refusal: null }),
          },
          { requiredKeys: ['message', 'finish_reason'] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      usage,
      citations: fc.array(fc.webUrl(), { minLength: 1 }),
    },
    { requiredKeys: ['id', 'created', 'model', 'messages'] },
  )
  .map(({ messages, ...rest }) => ({
    ...rest,
    object: 'chat.completion',
    choices: messages.map((choice, index) => ({ index, ...choice })),
  }));

const part = fc.oneof(
  anyText.map((said) => ({
    type: 'output_text',
    text: said,
    annotations: [{ type: 'url_citation' }],
    logprobs: [],
  })),
  anyText.map((refusal) => ({ type: 'refusal', refusal })),
);

const item = fc.oneof(
  fc
    .record({ id: fc.uuid(), content: fc.array(part, { maxLength: 3 }) })
    .map((given) => ({ ...given, type: 'message', role: 'assistant', status: 'completed' })),
  fc.record({ id: fc.uuid(), arguments: anyText }).map((given) => ({
    ...given,
    type: 'function_call',
    name: 'f',
    call_id: 'c',
    status: 'completed',
  })),
  fc
    .record({
      id: fc.uuid(),
      summary: fc.array(
        anyText.map((said) => ({ type: 'summary_text', text: said })),
        { maxLength: 2 },
      ),
    })
    .map((given) => ({ ...given, type: 'reasoning' })),
  fc
    .record({ id: fc.uuid() })
    .map((given) => ({ ...given, type: 'web_search_call', status: 'completed' })),
);

const responseBody = fc
  .record({
    id: fc.uuid().map((id) => `resp_${id}`),
    output: fc.array(item, { maxLength: 4 }),
    status: fc.constantFrom('completed', 'incomplete'),
    usage: fc.option(usage),
  })
  .map((given) => ({ object: 'response', created_at: 1, model: 'm', error: null, ...given }));

describe('a made-up stream', () => {
  it('of a chat completion says what it says', () => {
    fc.assert(
      fc.property(chatBody, (body) => {
        const { frames, read } = roundTrip('/chat/completions', body);
        expect(read.body).toEqual(body);
        expect(read.frames).toEqual(frames);
        expect(frames.filter(({ makesWhole }) => makesWhole).length).toBe(1);
        expect(frames.filter(({ usageOnly }) => usageOnly).length).toBe(
          body.usage === undefined ? 0 : 1,
        );
      }),
    );
  });

  it('of a completion says what it says', () => {
    const choice = fc.record({
      text: anyText,
      finish_reason: fc.constantFrom('stop', 'length'),
      logprobs: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 3 }), usage, (choices, used) => {
        const body = {
          id: 'c',
          object: 'text_completion',
          created: 1,
          model: 'm',
          choices: choices.map((given, index) => ({ index, ...given })),
          usage: used,
        };
        expect(roundTrip('/completions', body).read.body).toEqual(body);
      }),
    );
  });

  it('of a response says what it says, and its last event has it byte for byte', () => {
    fc.assert(
      fc.property(responseBody, (body) => {
        const { frames, read } = roundTrip('/responses', body);
        expect(read.body).toEqual(body);
        expect(read.frames).toEqual(frames);
        expect(frames.at(-1)).toMatchObject({ makesWhole: true, says: true });
        expect(textOf(frames)).toBe(textOfResponse(body));
      }),
    );
  });

  it('is the same each time', () => {
    fc.assert(
      fc.property(chatBody, (body) => {
        expect(roundTrip('/chat/completions', body)).toEqual(roundTrip('/chat/completions', body));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps each digit of a response', () => {
    const body = Buffer.from(
      '{"object":"response","status":"completed","output":[],"n":12345678901234567890}',
    );
    const frames = madeUpStream(streamModuleAt('/responses')!, body);
    expect(readEvents([text(frames)], '/responses').text).toBe(body.toString());
  });
});

const textOf = (frames: readonly Frame[]): string =>
  frames
    .map(
      ({ bytes }) =>
        JSON.parse(bytes.toString().split('\ndata: ')[1]!) as { type: string; delta?: string },
    )
    .filter(({ type }) => type.endsWith('.delta'))
    .map(({ delta }) => delta)
    .join('');

const textOfResponse = ({ output }: { output: readonly object[] }): string =>
  output
    .map(
      (given) =>
        given as {
          content?: { text?: string; refusal?: string }[];
          summary?: { text: string }[];
          arguments?: string;
        },
    )
    .map(({ content = [], summary = [], arguments: args = '' }) =>
      [
        ...content.map(({ text: said, refusal }) => said ?? refusal),
        ...summary.map(({ text: said }) => said),
        args,
      ].join(''),
    )
    .join('');
