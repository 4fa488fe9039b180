import type {
  ChatCompletion,
  ChatCompletionAsync,
  ChatCompletionMessageParam,
  Fetch,
  ReqRun,
  Response,
  ResponseStreamEvent,
} from '@reqrun/sdk';

// Never run. It compiles only if the types follow the parameters without a cast: here, and in projects of
// other settings into which `package.e2e-spec.ts` copies it.

const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello.' }];
const hello = { model: 'gpt-4o-mini', messages };

/** With `wait: true` the result is a completion. */
export async function waited(reqrun: ReqRun): Promise<ChatCompletion> {
  const completion = await reqrun.chat.completions.create({ ...hello, wait: true });
  // @ts-expect-error -- a completion has no status
  completion satisfies { status: string };
  return completion;
}

/** Without `wait` the result is a handle. */
export async function drained(reqrun: ReqRun): Promise<ChatCompletionAsync[]> {
  const first = await reqrun.chat.completions.create(hello);
  const second = await reqrun.chat.completions.create({ ...hello, wait: false });
  // @ts-expect-error -- a handle has no choices
  first satisfies { choices: unknown };
  return [first, second];
}

/** With `stream: true` the result is a stream of typed chunks, unless it is to be read later. */
export async function streamed(reqrun: ReqRun): Promise<ChatCompletion> {
  const stream = await reqrun.chat.completions.create({ ...hello, stream: true });
  for await (const chunk of stream) {
    chunk.choices[0]?.delta.content satisfies string | null | undefined;
    // @ts-expect-error -- a chunk has no message
    chunk.choices[0]?.message satisfies unknown;
  }
  const later = await reqrun.chat.completions.create({ ...hello, stream: true, wait: false });
  later satisfies ChatCompletionAsync;
  const response = await reqrun.responses.create({ model: 'gpt-5', input: 'Hi.', stream: true });
  for await (const event of response) {
    event.type satisfies string;
    // @ts-expect-error -- an event has no choices
    event satisfies { choices: unknown };
  }
  (await response.finalResult()) satisfies Response;
  const text = await reqrun.completions.create({ model: 'm', prompt: 'Hi.', stream: true });
  for await (const { choices } of text) {
    choices[0]?.text satisfies string | undefined;
  }
  // The stream of a stored request, whose endpoint the caller knows.
  const again = await reqrun.requests.stream(later.id, { startingAfter: '1-2' });
  for await (const { choices } of again) {
    choices[0]?.delta satisfies object | undefined;
  }
  (await reqrun.requests.stream<ResponseStreamEvent>(later.id)).requestId satisfies string | null;
  return stream.finalResult();
}

/** With a variable `stream` the result is one of both. */
export async function maybeStreamed(reqrun: ReqRun, stream: boolean): Promise<boolean> {
  const answer = await reqrun.chat.completions.create({ ...hello, stream });
  // @ts-expect-error -- it may be a stream
  answer satisfies { object: string };
  return 'requestId' in answer;
}

/** With a variable `wait` the result is one of both, distinguished by `object`. */
export async function either(reqrun: ReqRun, wait: boolean): Promise<string> {
  const answer = await reqrun.chat.completions.create({ ...hello, wait });
  return answer.object === 'chat.completion'
    ? (answer.choices[0]?.message.content ?? '')
    : `${answer.status} after ${answer.attempts}`;
}

/** The contents of a record follow from its status. */
export async function ended(reqrun: ReqRun): Promise<string> {
  const request = await reqrun.requests.waitFor('rr_1', { timeout: 1000 });
  switch (request.status) {
    case 'completed':
      return request.result?.choices[0]?.message.content ?? '';
    case 'failed':
    case 'canceled':
      return request.error.code;
  }
}

/**
 * The other endpoints have OpenAI's types where its package is installed, and their own where it is not. Here is
 * what both allow; `openai-types.ts` has what OpenAI's types refuse.
 */
export async function others(reqrun: ReqRun): Promise<number> {
  const response = await reqrun.responses.create({ model: 'gpt-5', input: 'Hello.', wait: true });
  const embeddings = await reqrun.embeddings.create({ model: 'e', input: ['Hello.'], wait: true });
  response satisfies { id: string; model: string };
  const bytes = await reqrun.audio.speech.create({
    ...{ model: 'm', input: 'Hi.', voice: 'alloy', wait: true },
  });
  (await bytes.arrayBuffer()) satisfies ArrayBuffer;
  const file = { name: 'a.mp3', data: new Uint8Array(1) };
  const upload = { file, model: 'm' };
  const transcript = await reqrun.audio.transcriptions.create({ ...upload, wait: true });
  transcript.text satisfies string;
  const srt = await reqrun.audio.transcriptions.create({
    ...{ ...upload, wait: true },
    response_format: 'srt',
  });
  srt satisfies string;
  const spoken = await reqrun.audio.translations.create(upload);
  spoken.object satisfies 'audio.translation.async';
  const images = await reqrun.images.edit({ prompt: 'x', image: [file], wait: true });
  images.data?.[0]?.url satisfies string | undefined;
  const { results } = await reqrun.moderations.create({ input: 'x', wait: true });
  results[0]?.flagged satisfies boolean | undefined;
  return response.output.length + embeddings.data.length;
}

/** Mistakes do not compile. */
export async function mistakes(reqrun: ReqRun): Promise<void> {
  // @ts-expect-error -- no model
  await reqrun.chat.completions.create({ messages });
  // @ts-expect-error -- no such field
  await reqrun.chat.completions.create({ ...hello, wait_timeout: 5 });
  // @ts-expect-error -- no such role
  await reqrun.chat.completions.create({ ...hello, messages: [{ role: 'bot', content: '' }] });
  // @ts-expect-error -- no file
  await reqrun.audio.transcriptions.create({ model: 'm', wait: true });
  // @ts-expect-error -- no such status
  await reqrun.requests.list({ status: 'done' });
}

/** On a platform with a `fetch`, its wrapper gets the platform's types. */
export const wrapped: Fetch = (...parameters) => {
  const [url] = parameters;
  throw new Error(typeof url);
};
