import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';

import { createAgent, createMiddleware } from 'langchain';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * LangChain, whose agent has the tools called. It retries by itself around the SDK and reads no `x-should-retry`, hence
 * `maxRetries: 0`.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function langchain(name) {
  const chat = ({ baseURL, apiKey, headers, wait, maxRetries }, model, more = {}) =>
    new ChatOpenAI({
      ...{ model, apiKey, maxRetries },
      configuration: { baseURL, defaultHeaders: headers },
      ...(wait === undefined ? {} : { modelKwargs: { wait } }),
      ...more,
    });

  return {
    name,
    settings: { maxRetries: 0 },
    obeysShouldRetry: false,
    plain: async (to, model, prompt = PROMPT) => (await chat(to, model).invoke(prompt)).text,
    tools: async (to, model) => {
      const { name, description, parameters: schema, result } = TOOL;
      let called;
      const weather = tool(
        async (input) => {
          called = input;
          return result;
        },
        { name, description, schema },
      );
      const choice = createMiddleware({
        name: 'ToolChoice',
        wrapModelCall: (request, handler) => {
          const isAnswered = request.messages.some((message) => ToolMessage.isInstance(message));
          return handler({ ...request, toolChoice: isAnswered ? 'auto' : 'required' });
        },
      });
      const agent = createAgent({ model: chat(to, model), tools: [weather], middleware: [choice] });
      const { messages } = await agent.invoke({ messages: [new HumanMessage(PROMPT)] });
      return { called, text: messages.at(-1).text };
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
    stream: async (to, model) => {
      let text = '';
      for await (const chunk of await chat(to, model).stream(PROMPT)) {
        text += chunk.text;
      }
      return text;
    },
    responses: async (to, model) =>
      (await chat(to, model, { useResponsesApi: true }).invoke(PROMPT)).text,
    embeddings: ({ baseURL, apiKey, maxRetries }, model, inputs) =>
      new OpenAIEmbeddings({
        ...{ model, apiKey, maxRetries },
        configuration: { baseURL },
      }).embedDocuments(inputs),
    failure: ({ status, code, message }) => ({ status, code, message }),
  };
}
