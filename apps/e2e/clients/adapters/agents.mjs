import { Agent, OpenAIResponsesModel, Runner, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * OpenAI's Agents SDK, with the model that it takes by itself, which calls /v1/responses. It
 * sends traces to OpenAI.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function agents(name) {
  setTracingDisabled(true);

  const run = async (
    { baseURL, apiKey, headers, wait, maxRetries },
    model,
    input,
    { stream = false, ...more } = {},
  ) => {
    const client = new OpenAI({ baseURL, apiKey, defaultHeaders: headers, maxRetries });
    const agent = new Agent({
      name: 'Assistant',
      model: new OpenAIResponsesModel(client, model),
      ...more,
      modelSettings: {
        ...more.modelSettings,
        ...(wait === undefined ? {} : { providerData: { wait } }),
      },
    });
    const result = await new Runner().run(agent, input, { stream });
    if (stream) {
      await result.completed;
    }
    return result.finalOutput;
  };

  return {
    name,
    obeysShouldRetry: true,
    plain: (to, model, prompt = PROMPT) => run(to, model, prompt),
    tools: async (to, model) => {
      let called;
      const execute = async (input) => {
        called = input;
        return TOOL.result;
      };
      const { name, description, parameters } = TOOL;
      const text = await run(to, model, PROMPT, {
        tools: [tool({ name, description, parameters, execute })],
        modelSettings: { toolChoice: 'required' },
      });
      return { called, text };
    },
    json: (to, model) => run(to, model, PROMPT, { outputType: FORMAT.schema }),
    responses: (to, model) => run(to, model, PROMPT),
    stream: (to, model) => run(to, model, PROMPT, { stream: true }),
    image: (to, model) =>
      run(to, model, [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: PROMPT },
            { type: 'input_image', image: IMAGE },
          ],
        },
      ]),
    failure: ({ status, code, message }) => ({ status, code, message }),
  };
}
