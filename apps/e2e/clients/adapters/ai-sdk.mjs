import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, isStepCount, Output, RetryError, streamText, tool } from 'ai';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * Vercel's AI SDK with its provider for any server. Without `supportsStructuredOutputs` it leaves the
 * JSON schema out of the request.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export const aiSdkCompatible = (name) =>
  aiSdk(name, ({ baseURL, apiKey }) =>
    createOpenAICompatible({ name: 'reqrun', supportsStructuredOutputs: true, baseURL, apiKey }),
  );

/**
 * Vercel's AI SDK with its provider for OpenAI, which calls /v1/responses by itself.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function aiSdkOpenAI(name) {
  const client = aiSdk(name, ({ baseURL, apiKey }) => createOpenAI({ baseURL, apiKey }));
  return {
    ...client,
    responses: client.plain,
    lacks: { 'wait by body field': 'by header' },
  };
}

/** What both providers share. The SDK reads no `x-should-retry`, hence `maxRetries: 0`. */
function aiSdk(name, providerOf) {
  const ask = ({ headers, wait, maxRetries, ...to }, model, more) =>
    generateText({
      model: providerOf(to)(model),
      ...{ headers, maxRetries },
      ...(wait === undefined ? {} : { providerOptions: { reqrun: { wait } } }),
      ...more,
    });

  return {
    name,
    settings: { maxRetries: 0 },
    obeysShouldRetry: false,
    plain: async (to, model, prompt = PROMPT) => (await ask(to, model, { prompt })).text,
    tools: async (to, model) => {
      let called;
      const execute = async (input) => {
        called = input;
        return TOOL.result;
      };
      const { description, parameters: inputSchema } = TOOL;
      const { text } = await ask(to, model, {
        prompt: PROMPT,
        tools: { [TOOL.name]: tool({ description, inputSchema, execute }) },
        stopWhen: isStepCount(2),
        prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? 'required' : 'auto' }),
      });
      return { called, text };
    },
    json: async (to, model) => {
      const output = Output.object(FORMAT);
      return (await ask(to, model, { prompt: PROMPT, output })).output;
    },
    image: async (to, model) => {
      const content = [
        { type: 'text', text: PROMPT },
        { type: 'file', data: new URL(IMAGE), mediaType: 'image/png' },
      ];
      return (await ask(to, model, { messages: [{ role: 'user', content }] })).text;
    },
    stream: async ({ headers, maxRetries, ...to }, model) => {
      const { textStream } = streamText({
        ...{ model: providerOf(to)(model), prompt: PROMPT },
        ...{ headers, maxRetries },
      });
      let text = '';
      for await (const part of textStream) {
        text += part;
      }
      return text;
    },
    embeddings: async ({ maxRetries, ...to }, model, values) =>
      (await embedMany({ model: providerOf(to).embeddingModel(model), values, maxRetries }))
        .embeddings,
    failure: (thrown) => {
      const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
      const { statusCode: status, data, message } = error;
      return { status, code: data?.error.code, message };
    },
  };
}
