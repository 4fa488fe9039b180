import type {
  ChatCompletion,
  ChatCompletionAsync,
  ChatCompletionMessageParam,
  Fetch,
  ReqRun,
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

/** Mistakes do not compile. */
export async function mistakes(reqrun: ReqRun): Promise<void> {
  // @ts-expect-error -- no model
  await reqrun.chat.completions.create({ messages });
  // @ts-expect-error -- no such field
  await reqrun.chat.completions.create({ ...hello, wait_timeout: 5 });
  // @ts-expect-error -- no such role
  await reqrun.chat.completions.create({ ...hello, messages: [{ role: 'bot', content: '' }] });
  // @ts-expect-error -- no such status
  await reqrun.requests.list({ status: 'done' });
}

/** On a platform with a `fetch`, its wrapper gets the platform's types. */
export const wrapped: Fetch = (...parameters) => {
  const [url] = parameters;
  throw new Error(typeof url);
};
