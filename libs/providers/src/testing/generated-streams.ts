import fc from 'fast-check';

type Json = Record<string, unknown>;

/** Any text that UTF-8 can say, with much that SSE and JSON treat specially. */
export const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', ':', '"', '\\', ' ', 'é', '😀', '\u2028'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
  ),
  maxLength: 8,
});

const pieces = fc.array(anyText, { minLength: 1, maxLength: 4 });

const toolCall = fc.record({
  id: fc.uuid(),
  name: fc.constantFrom('find', 'send_mail', 'a'),
  pieces,
});

const logprob = anyText.map((token) => ({ token, logprob: -0.5, bytes: null, top_logprobs: [] }));

interface GeneratedChoice {
  readonly content: readonly string[];
  readonly refusal: readonly string[];
  readonly calls: readonly { id: string; name: string; pieces: readonly string[] }[];
  readonly logprobs: readonly unknown[];
  readonly finish: string;
  readonly finishRidesAlong: boolean;
}

const choice: fc.Arbitrary<GeneratedChoice> = fc.record({
  content: fc.oneof(fc.constant([]), pieces),
  refusal: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, pieces),
  calls: fc.array(toolCall, { maxLength: 3 }),
  logprobs: fc.array(logprob, { maxLength: 3 }),
  finish: fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter'),
  finishRidesAlong: fc.boolean(),
});

function deltasOf({
  content,
  refusal,
  calls,
  logprobs,
  finish,
  finishRidesAlong,
}: GeneratedChoice): Json[] {
  const deltas: Json[] = [
    { delta: { role: 'assistant', content: calls.length > 0 ? null : '' } },
    ...content.map((text) => ({ delta: { content: text } })),
    ...refusal.map((text) => ({ delta: { refusal: text } })),
    ...logprobs.map((entry) => ({
      delta: { content: '' },
      logprobs: { content: [entry], refusal: null },
    })),
    ...calls.flatMap(({ id, name, pieces: args }, index) => [
      {
        delta: { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
      },
      ...args.map((text) => ({
        delta: { tool_calls: [{ index, function: { arguments: text } }] },
      })),
    ]),
  ];
  if (finishRidesAlong) {
    Object.assign(deltas.at(-1) ?? {}, { finish_reason: finish });
  } else {
    deltas.push({ delta: {}, finish_reason: finish });
  }
  return deltas;
}

/** Chunks of one chat completion with one to three choices, whose pieces come in any order among each other. */
export const chatChunks: fc.Arbitrary<{ chunks: Json[]; choices: number }> = fc
  .record({
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    order: fc.infiniteStream(fc.nat(2)),
    usage: fc.boolean(),
  })
  .map(({ choices, order, usage }) => {
    const head = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      system_fingerprint: 'fp',
    };
    const left = choices.map(deltasOf);
    const chunks: Json[] = [];
    while (left.some((deltas) => deltas.length > 0)) {
      const index = order.next().value % choices.length;
      const delta = left[index]?.shift();
      if (delta !== undefined) {
        chunks.push({
          ...head,
          choices: [{ index, logprobs: null, finish_reason: null, ...delta }],
        });
      }
    }
    if (usage) {
      chunks.push({
        ...head,
        choices: [],
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      });
    }
    return { chunks, choices: choices.length };
  });

/** Ways in which servers write the same events. */
export interface Dialect {
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly space: boolean;
  readonly byteOrderMark: boolean;
  /** Lines of comment, ids and the like before each event. */
  readonly between: readonly string[];
  /** Whether data is written in two lines, where JSON allows it. */
  readonly twoLines: boolean;
}

/** Any dialect. */
export const dialects: fc.Arbitrary<Dialect> = fc.record({
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  space: fc.boolean(),
  byteOrderMark: fc.boolean(),
  between: fc.subarray([
    ': OPENROUTER PROCESSING',
    ':',
    'id: 7',
    'retry: 10',
    'data:\n',
    'event: message',
    'strange',
  ]),
  twoLines: fc.boolean(),
});

/**
 * Writes events in a dialect.
 *
 * @param chunks data of the events, and `[DONE]` behind them
 * @param dialect the dialect
 */
export function written(chunks: readonly Json[], dialect: Dialect): Buffer {
  const prefix = dialect.space ? 'data: ' : 'data:';
  const events = chunks.map((chunk) => {
    const json = JSON.stringify(chunk);
    const data = dialect.twoLines ? [json.slice(0, 1), json.slice(1)] : [json];
    return [...dialect.between, ...data.map((line) => prefix + line), '', ''].join('\n');
  });
  const text = `${events.join('')}${prefix}[DONE]\n\n`.replaceAll('\n', dialect.lineEnd);
  return Buffer.from((dialect.byteOrderMark ? '\uFEFF' : '') + text);
}

/**
 * Cuts bytes into chunks.
 *
 * @param bytes the bytes
 * @param sizes sizes of the chunks, used over and over
 */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, place = 0; at < bytes.length; place += 1) {
    const size = sizes[place % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
