import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * LangChain. It retries by itself around the SDK and reads no `x-should-retry`, hence
 * `maxRetries: 0`.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function langchain(name) {
  const chat = ({ baseURL, apiKey, headers, wait, maxRetries }, model) =>
    new ChatOpenAI({
      ...{ model, apiKey, maxRetries },
      configuration: { baseURL, defaultHeaders: headers },
      ...(wait === undefined ? {} : { modelKwargs: { wait } }),
    });

  return {
    name,
    settings: { maxRetries: 0 },
    obeysShouldRetry: false,
    plain: async (to, model, prompt = PROMPT) => (await chat(to, model).invoke(prompt)).text,
    tools: async (to, model) => {
      const { name, description, parameters: schema, result } = TOOL;
      const weather = tool(async () => result, { name, description, schema });
      const asked = new HumanMessage(PROMPT);
      const first = await chat(to, model)
        .bindTools([weather], { tool_choice: 'required' })
        .invoke([asked]);
      const [call] = first.tool_calls;
      const given = await weather.invoke(call);
      if (!ToolMessage.isInstance(given)) {
        throw new TypeError('The tool gave no message.');
      }
      const last = await chat(to, model).bindTools([weather]).invoke([asked, first, given]);
      return { called: call.args, text: last.text };
    },
    json: (to, model) =>
      chat(to, model).withStructuredOutput(FORMAT.schema, { name: FORMAT.name }).invoke(PROMPT),
    image: async (to, model) => {
      const content = [
        { type: 'text', text: PROMPT },
        { type: 'image_url', image_url: { url: IMAGE } },
      ];
      return (await chat(to, model).invoke([new HumanMessage({ content })])).text;
    },
    failure: ({ status, code, message }) => ({ status, code, message }),
  };
}
