import type { ReqRun } from '@reqrun/sdk';

/*
 * Compiled with the package `openai` installed: the SDK then has OpenAI's own types, which refuse more than those
 * that it has without the package.
 */

/** Mistakes that OpenAI's types find. */
export async function mistakesFoundByOpenAi(reqrun: ReqRun): Promise<void> {
  const response = await reqrun.responses.create({ model: 'gpt-5', input: 'Hello.', wait: true });
  // @ts-expect-error -- a response has no choices
  response satisfies { choices: unknown };
  // @ts-expect-error -- no input
  await reqrun.embeddings.create({ model: 'e', wait: true });
}
