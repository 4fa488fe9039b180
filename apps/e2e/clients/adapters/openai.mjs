import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

/**
 * The stock SDK.
 *
 * @param {string} name with its version
 * @param {typeof import('openai').OpenAI} OpenAI
 * @param {typeof import('openai/helpers/zod')} helpers
 * @returns {import('../adapter.mjs').Adapter}
 */
export function openai(name, OpenAI, { zodFunction, zodResponseFormat }) {
  const clientOf = ({ baseURL, apiKey, headers, maxRetries }) =>
    new OpenAI({ baseURL, apiKey, defaultHeaders: headers, maxRetries });
  const ask = (to, model, content, more = {}) =>
    clientOf(to).chat.completions.create({
      ...{ model, messages: [{ role: 'user', content }] },
      ...(to.wait === undefined ? {} : { wait: to.wait }),
      ...more,
    });
  const textOf = ({ choices }) => choices[0].message.content;

  return {
    name,
    obeysShouldRetry: true,
    plain: async (to, model, prompt = PROMPT) => textOf(await ask(to, model, prompt)),
    tools: async (to, model) => {
      const { name, description, parameters, result } = TOOL;
      const offer = { tools: [zodFunction({ name, description, parameters })] };
      const asked = { role: 'user', content: PROMPT };
      const { completions } = clientOf(to).chat;
      const first = await completions.parse({
        ...{ model, messages: [asked], tool_choice: 'required' },
        ...offer,
      });
      const { message } = first.choices[0];
      const [call] = message.tool_calls;
      const { parsed_arguments: called } = call.function;
      const given = { role: 'tool', tool_call_id: call.id, content: result };
      const messages = [asked, { role: 'assistant', tool_calls: message.tool_calls }, given];
      return { called, text: textOf(await completions.create({ model, messages, ...offer })) };
    },
    json: async (to, model) => {
      const completion = await clientOf(to).chat.completions.parse({
        ...{ model, messages: [{ role: 'user', content: PROMPT }] },
        response_format: zodResponseFormat(FORMAT.schema, FORMAT.name),
      });
      return completion.choices[0].message.parsed;
    },
    image: async (to, model) =>
      textOf(
        await ask(to, model, [
          { type: 'text', text: PROMPT },
          { type: 'image_url', image_url: { url: IMAGE } },
        ]),
      ),
    responses: async (to, model) =>
      (await clientOf(to).responses.create({ model, input: PROMPT })).output_text,
    embeddings: async (to, model, input) =>
      (await clientOf(to).embeddings.create({ model, input })).data.map(
        ({ embedding }) => embedding,
      ),
    stream: async (to, model) => {
      let text = '';
      for await (const { choices } of await ask(to, model, PROMPT, { stream: true })) {
        text += choices[0]?.delta.content ?? '';
      }
      return text;
    },
    submit: async (to, model) => (await ask(to, model, PROMPT)).id,
    poll: async (to, id) => {
      for (;;) {
        const { data, response } = await clientOf(to).chat.completions.retrieve(id).withResponse();
        if (response.status === 200) {
          return textOf(data);
        }
        const pause = Number(response.headers.get('openai-poll-after-ms') ?? 1000);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    failure: ({ status, code, message }) => ({ status, code, message }),
  };
}
