import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, Output, RetryError, tool } from 'ai';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * Vercel's AI SDK. It reads no `x-should-retry`, hence `maxRetries: 0`; without
 * `supportsStructuredOutputs` it leaves the JSON schema out of the request.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function aiSdk(name) {
  const ask = ({ baseURL, apiKey, headers, wait, maxRetries }, model, more) => {
    const reqrun = createOpenAICompatible({
      name: 'reqrun',
      supportsStructuredOutputs: true,
      ...{ baseURL, apiKey },
    });
    return generateText({
      model: reqrun(model),
      ...{ headers, maxRetries },
      ...(wait === undefined ? {} : { providerOptions: { reqrun: { wait } } }),
      ...more,
    });
  };

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
    failure: (thrown) => {
      const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
      const { statusCode: status, data, message } = error;
      return { status, code: data?.error.code, message };
    },
  };
}
