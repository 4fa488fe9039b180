import fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';

import { chatChunks, cut, dialects, written } from '../testing/generated-streams.js';
import { readEvents, type ReadStream } from '../testing/read-events.js';
import { asEvents, chatChunk, DONE, HI_YOU, HI_YOU_BODY } from '../testing/streams.js';

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });

/** All that was read, as one text. */
const shown = ({ frames, text, failure }: ReadStream): string =>
  JSON.stringify([
    frames.map((frame) => ({ ...frame, bytes: frame.bytes.toString() })),
    text,
    failure,
  ]);

/** The completion that the stock SDK makes of the data of frames. */
async function accumulatedByOpenAI(frames: readonly { bytes: Buffer }[]): Promise<unknown> {
  const lines = frames.map(({ bytes }) => `${bytes.toString().slice(6, -2)}\n`);
  const stream = new ReadableStream({
    start(controller) {
      lines.forEach((line) => controller.enqueue(new TextEncoder().encode(line)));
      controller.close();
    },
  });
  return ChatCompletionStream.fromReadableStream(stream).finalChatCompletion();
}

/** The members that both say, without what only one of them adds. */
function comparable(completion: unknown): unknown {
  const { choices, id, model, created, usage } = completion as {
    choices: {
      index: number;
      finish_reason: string;
      logprobs: unknown;
      message: Record<string, unknown>;
    }[];
  } & Record<string, unknown>;
  return {
    id,
    model,
    created,
    usage: usage ?? null,
    choices: choices.map(({ index, finish_reason, logprobs, message }) => ({
      index,
      finish_reason,
      logprobs: logprobs ?? null,
      role: message['role'],
      content: message['content'] === '' ? null : message['content'],
      refusal: message['refusal'] === '' ? null : (message['refusal'] ?? null),
      tool_calls: (
        (message['tool_calls'] ?? []) as {
          id: string;
          type: string;
          function: Record<string, string>;
        }[]
      ).map(({ id: callId, type, function: { name, arguments: args } }) => ({
        id: callId,
        type,
        name,
        args,
      })),
    })),
  };
}

describe('events', () => {
  it('give the same frames however their bytes are cut and in whatever dialect they are written', () => {
    fc.assert(
      fc.property(chatChunks, dialects, sizes, ({ chunks, choices }, dialect, chunkSizes) => {
        const plain = readEvents(
          [Buffer.from(asEvents(chunks.map((chunk) => JSON.stringify(chunk))) + DONE)],
          undefined,
          choices,
        );
        const read = readEvents(cut(written(chunks, dialect), chunkSizes), undefined, choices);
        expect(read.failure).toBeNull();
        expect(shown(read)).toBe(shown(plain));
      }),
      { numRuns: 150 },
    );
  });

  it('give the same frames when they are cut at any one byte', () => {
    const bytes = Buffer.from(
      `\uFEFF: hi\r\n\r\n${asEvents([chatChunk({ content: 'é😀\u2028' }), ...HI_YOU]).replaceAll('\n', '\r\n')}${DONE}`,
    );
    const whole = readEvents([bytes]);
    expect(whole.frames.length).toBe(6);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(shown(readEvents([bytes.subarray(0, at), bytes.subarray(at)]))).toBe(shown(whole));
    }
  });

  it('come to what the stock SDK makes of their frames', async () => {
    await fc.assert(
      fc.asyncProperty(chatChunks, async ({ chunks, choices }) => {
        const { frames, body } = readEvents(
          [
            written(chunks, {
              lineEnd: '\n',
              space: true,
              byteOrderMark: false,
              between: [],
              twoLines: false,
            }),
          ],
          undefined,
          choices,
        );
        expect(frames.length).toBe(chunks.length);
        expect(comparable(body)).toEqual(comparable(await accumulatedByOpenAI(frames)));
      }),
      { numRuns: 100 },
    );
  });

  it('that are cut anywhere are never whole before the last finish reason, and always after it', () => {
    const text = asEvents(HI_YOU);
    const whole = text.indexOf('"stop"');
    const wholeAt = text.indexOf('\n\n', whole);
    for (let at = 0; at < text.length; at += 1) {
      const { body } = readEvents([Buffer.from(text.slice(0, at))]);
      // Of the last event all data is there a line break before its end.
      expect(body !== null).toBe(at >= wholeAt);
    }
  });
});

describe('an answer', () => {
  const assembled = (...chunks: unknown[]): Record<string, never> =>
    readEvents([Buffer.from(asEvents(chunks.map((chunk) => JSON.stringify(chunk))))])
      .body as Record<string, never>;
  const piece = (delta: unknown, more: object = {}): object => ({
    choices: [{ index: 0, delta, ...more }],
  });
  const stop = piece({}, { finish_reason: 'stop' });
  const messageOf = (...deltas: unknown[]): unknown =>
    (
      assembled(...deltas.map((delta) => piece(delta)), stop) as unknown as {
        choices: { message: unknown }[];
      }
    ).choices[0]!.message;

  it('is put together from the usual chunks', () => {
    expect(assembled(...HI_YOU.map((chunk) => JSON.parse(chunk) as unknown))).toEqual(HI_YOU_BODY);
  });

  it('has two pieces of one call that came in one chunk', () => {
    const call = (text: string): object => ({ index: 0, function: { arguments: text } });
    expect(
      messageOf(
        {
          tool_calls: [
            { index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } },
          ],
        },
        { tool_calls: [call('{"a"'), call(':1}')] },
      ),
    ).toMatchObject({
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    });
  });

  it.each([
    ['in pieces', ['find', '_it'], 'find_it'],
    ['again and again', ['find', 'find'], 'find'],
    ['once', ['find'], 'find'],
  ])('has the name of a function that came %s', (_how, names, name) => {
    expect(
      messageOf(...names.map((part) => ({ tool_calls: [{ index: 0, function: { name: part } }] }))),
    ).toMatchObject({
      tool_calls: [{ function: { name } }],
    });
  });

  it('has its tool calls in their order, without their indices', () => {
    expect(
      messageOf({ tool_calls: [{ index: 1, id: 'b' }] }, { tool_calls: [{ index: 0, id: 'a' }] }),
    ).toMatchObject({
      tool_calls: [{ id: 'a' }, { id: 'b' }],
    });
  });

  it('keeps reasoning and members that nobody knows yet', () => {
    expect(
      messageOf(
        {
          reasoning_content: 'th',
          custom: { deep: 'a' },
          reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'x', format: 'f' }],
        },
        {
          reasoning_content: 'ink',
          custom: { deep: 'b' },
          reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'y', format: 'f' }],
        },
        { content: 'so', annotations: [{ type: 'url' }] },
        { annotations: [{ type: 'url' }] },
      ),
    ).toEqual({
      role: 'assistant',
      content: 'so',
      reasoning_content: 'think',
      custom: { deep: 'ab' },
      reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'xy', format: 'f' }],
      annotations: [{ type: 'url' }, { type: 'url' }],
    });
  });

  it('has audio whose pieces were padded', () => {
    const audio = (data: string): object => ({ audio: { id: 'a', data, transcript: 'x' } });
    const [one, two] = ['a', 'bcde'].map((text) => Buffer.from(text).toString('base64')) as [
      string,
      string,
    ];
    expect(messageOf(audio(one), audio(two))).toMatchObject({
      audio: { id: 'a', transcript: 'xx', data: Buffer.from('abcde').toString('base64') },
    });
  });

  it('has content of parts and of text in turn', () => {
    const thinking = { type: 'thinking', thinking: [] };
    expect(messageOf({ content: '' }, { content: [thinking] }, { content: 'so' })).toMatchObject({
      content: [thinking, { type: 'text', text: 'so' }],
    });
  });

  it('has the head that Azure sends late, its filter results, and the last usage', () => {
    expect(
      assembled(
        {
          id: '',
          created: 0,
          model: '',
          object: '',
          choices: [],
          prompt_filter_results: [{ prompt_index: 0 }],
        },
        {
          id: 'c',
          created: 5,
          model: 'm',
          ...piece({ content: 'a' }, { content_filter_results: { hate: { severity: 'safe' } } }),
          usage: { total_tokens: 1 },
        },
        {
          id: 'c',
          created: 5,
          model: 'm',
          ...piece({}, { finish_reason: 'stop', content_filter_results: {} }),
          usage: { total_tokens: 2 },
        },
      ),
    ).toEqual({
      id: 'c',
      created: 5,
      model: 'm',
      object: 'chat.completion',
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a' },
          finish_reason: 'stop',
          content_filter_results: { hate: { severity: 'safe' } },
        },
      ],
      usage: { total_tokens: 2 },
    });
  });

  it('of a completion is its text', () => {
    const chunk = (text: string, finish: string | null, logprobs: unknown = null): string =>
      JSON.stringify({
        id: 'c',
        object: 'text_completion',
        choices: [{ index: 0, text, logprobs, finish_reason: finish }],
      });
    const events = asEvents([
      chunk('Hi', null, { tokens: ['Hi'] }),
      chunk(' you', 'stop', { tokens: [' you'] }),
    ]);
    expect(readEvents([Buffer.from(events)], '/completions').body).toEqual({
      id: 'c',
      object: 'text_completion',
      choices: [
        { index: 0, text: 'Hi you', logprobs: { tokens: ['Hi', ' you'] }, finish_reason: 'stop' },
      ],
    });
  });

  it('that is nested deeper than any is refused, not a crash', () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const chunk = (depth: number): string =>
      `{"choices":[{"index":0,"delta":{"a":${nested(depth)}},"finish_reason":"stop"}]}`;
    expect(readEvents([Buffer.from(asEvents([chunk(20)]))]).body).not.toBeNull();
    expect(readEvents([Buffer.from(asEvents([chunk(20_000)]))]).failure).toEqual({
      ok: false,
      reason: 'wrong_shape',
    });
    const list = `{"choices":[{"index":0,"delta":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}},"finish_reason":"stop"}]}`;
    expect(readEvents([Buffer.from(asEvents([list]))]).text).toBeNull();
  });
});
