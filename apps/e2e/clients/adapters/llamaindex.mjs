import { tool } from '@llamaindex/core/tools';
import { OpenAI, OpenAIEmbedding } from '@llamaindex/openai';
import { z } from 'zod';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * LlamaIndex.TS.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function llamaindex(name) {
  const chat = async (
    { baseURL, apiKey, headers, wait, maxRetries },
    model,
    messages,
    more = {},
  ) => {
    const llm = new OpenAI({
      ...{ model, baseURL, apiKey, maxRetries },
      additionalSessionOptions: { defaultHeaders: headers },
      ...(wait === undefined ? {} : { additionalChatOptions: { wait } }),
    });
    return (await llm.chat({ messages, ...more })).message;
  };

  return {
    name,
    obeysShouldRetry: true,
    plain: async (to, model, content = PROMPT) =>
      (await chat(to, model, [{ role: 'user', content }])).content,
    tools: async (to, model) => {
      const { name, description, parameters, result } = TOOL;
      const tools = [tool({ name, description, parameters, execute: async () => result })];
      const asked = { role: 'user', content: PROMPT };
      const additionalChatOptions = { tool_choice: 'required' };
      const first = await chat(to, model, [asked], { tools, additionalChatOptions });
      const [call] = first.options.toolCall;
      const toolResult = { id: call.id, result, isError: false };
      const given = { role: 'user', content: result, options: { toolResult } };
      const { content: text } = await chat(to, model, [asked, first, given], { tools });
      return { called: JSON.parse(call.input), text };
    },
    json: async (to, model) => {
      const responseFormat = {
        type: 'json_schema',
        json_schema: { name: FORMAT.name, strict: true, schema: z.toJSONSchema(FORMAT.schema) },
      };
      const messages = [{ role: 'user', content: PROMPT }];
      return JSON.parse((await chat(to, model, messages, { responseFormat })).content);
    },
    image: async (to, model) => {
      const content = [
        { type: 'text', text: PROMPT },
        { type: 'image_url', image_url: { url: IMAGE } },
      ];
      return (await chat(to, model, [{ role: 'user', content }])).content;
    },
    stream: async ({ baseURL, apiKey, maxRetries }, model) => {
      const llm = new OpenAI({ model, baseURL, apiKey, maxRetries });
      const messages = [{ role: 'user', content: PROMPT }];
      let text = '';
      for await (const { delta } of await llm.chat({ messages, stream: true })) {
        text += delta;
      }
      return text;
    },
    embeddings: ({ baseURL, apiKey, maxRetries }, model, inputs) =>
      new OpenAIEmbedding({ model, baseURL, apiKey, maxRetries }).getTextEmbeddings(inputs),
    failure: ({ status, code, message }) => ({ status, code, message }),
  };
}
