import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * Mastra's agent with a model by its URL. It reads no `x-should-retry`, hence `maxRetries: 0`.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function mastra(name) {
  const agentOf = ({ baseURL, apiKey, headers, maxRetries }, model, tools) =>
    new Agent({
      id: 'assistant',
      name: 'Assistant',
      instructions: 'Answer in one sentence.',
      model: { id: `reqrun/${model}`, url: baseURL, apiKey, headers },
      maxRetries,
      ...(tools === undefined ? {} : { tools }),
    });
  const ask = (to, model, input, { tools, ...options } = {}) => {
    const { wait, maxRetries } = to;
    return agentOf(to, model, tools).generate(input, {
      modelSettings: { maxRetries },
      ...(wait === undefined ? {} : { providerOptions: { reqrun: { wait } } }),
      ...options,
    });
  };

  return {
    name,
    settings: { maxRetries: 0 },
    obeysShouldRetry: false,
    plain: async (to, model, prompt = PROMPT) => (await ask(to, model, prompt)).text,
    tools: async (to, model) => {
      let called;
      const execute = async (input) => {
        called = input.context ?? input;
        return TOOL.result;
      };
      const { name: id, description, parameters: inputSchema } = TOOL;
      const { text } = await ask(to, model, PROMPT, {
        tools: { [id]: createTool({ id, description, inputSchema, execute }) },
        maxSteps: 2,
        prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? 'required' : 'auto' }),
      });
      return { called, text };
    },
    stream: async (to, model) => {
      const { maxRetries } = to;
      const options = { modelSettings: { maxRetries } };
      return (await agentOf(to, model).stream(PROMPT, options)).text;
    },
    json: async (to, model) =>
      (await ask(to, model, PROMPT, { structuredOutput: { schema: FORMAT.schema } })).object,
    image: async (to, model) => {
      const content = [
        { type: 'text', text: PROMPT },
        { type: 'image', image: IMAGE, mimeType: 'image/png' },
      ];
      return (await ask(to, model, [{ role: 'user', content }])).text;
    },
    failure: (thrown) => {
      const error = thrown.cause ?? thrown;
      const { statusCode: status, data, message } = error;
      return { status, code: data?.error?.code, message };
    },
  };
}
