import Instructor from '@instructor-ai/instructor';
import OpenAI from 'openai';
import { z } from 'zod/v3';

import { FORMAT, IMAGE, PROMPT } from '../inputs.mjs';

/** It reads schemas of the third version of Zod. */
const SCHEMA = z.object({ sentiment: z.enum(['positive', 'negative']), score: z.number() });

/**
 * Instructor for TypeScript, which wraps the stock SDK and gives structured answers.
 *
 * @param {string} name with its version
 * @returns {import('../adapter.mjs').Adapter}
 */
export function instructor(name) {
  const ask = ({ baseURL, apiKey, headers, wait, maxRetries }, model, content, more = {}) =>
    Instructor({
      client: new OpenAI({ baseURL, apiKey, defaultHeaders: headers, maxRetries }),
      mode: 'TOOLS',
    }).chat.completions.create({
      ...{ model, messages: [{ role: 'user', content }] },
      ...(wait === undefined ? {} : { wait }),
      ...more,
    });
  const textOf = ({ choices }) => choices[0].message.content;

  return {
    name,
    obeysShouldRetry: true,
    lacks: { tools: 'uses them itself' },
    plain: async (to, model, prompt = PROMPT) => textOf(await ask(to, model, prompt)),
    json: async (to, model) => {
      const { _meta, ...value } = await ask(to, model, PROMPT, {
        response_model: { name: FORMAT.name, schema: SCHEMA },
        max_retries: 0,
      });
      return value;
    },
    image: async (to, model) =>
      textOf(
        await ask(to, model, [
          { type: 'text', text: PROMPT },
          { type: 'image_url', image_url: { url: IMAGE } },
        ]),
      ),
    submit: async (to, model) => (await ask(to, model, PROMPT)).id,
    poll: async ({ baseURL, apiKey }, id) => {
      const { completions } = new OpenAI({ baseURL, apiKey }).chat;
      for (;;) {
        const { data, response } = await completions.retrieve(id).withResponse();
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
