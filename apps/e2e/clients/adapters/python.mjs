import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import { FORMAT, IMAGE, PROMPT, TOOL } from '../inputs.mjs';

const PROGRAM = join(import.meta.dirname, '..', 'python', 'client.py');

const SCHEMA = z.toJSONSchema(FORMAT.schema);
const INPUTS = {
  prompt: PROMPT,
  tool: {
    function: {
      ...{ name: TOOL.name, description: TOOL.description },
      parameters: z.toJSONSchema(TOOL.parameters),
    },
    result: TOOL.result,
  },
  response_format: {
    type: 'json_schema',
    json_schema: { name: FORMAT.name, strict: true, schema: SCHEMA },
  },
  image: IMAGE,
};

/** An error that the program reports instead of a value. */
class PythonFailure extends Error {
  constructor(failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * The stock SDK for Python, in a process of its own.
 *
 * @param {string} interpreter a Python that has the package `openai`
 * @returns {Promise<import('../adapter.mjs').Adapter>}
 * @throws {Error} when it can't be started
 */
export async function python(interpreter) {
  const child = spawn(interpreter, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) {
      throw new Error('The Python client has ended.');
    }
    return JSON.parse(value);
  };
  const { version } = await read();

  const calling = async (call, to, what, inputs = INPUTS) => {
    child.stdin.write(`${JSON.stringify({ call, to, what, inputs })}\n`);
    const { value, failure } = await read();
    if (failure !== undefined) {
      throw new PythonFailure(failure);
    }
    return value;
  };

  return {
    name: `openai ${version} (Python)`,
    obeysShouldRetry: true,
    plain: (to, model, prompt = PROMPT) => calling('plain', to, model, { ...INPUTS, prompt }),
    tools: (to, model) => calling('tools', to, model),
    json: (to, model) => calling('json', to, model),
    image: (to, model) => calling('image', to, model),
    responses: (to, model) => calling('responses', to, model),
    embeddings: (to, model, texts) => calling('embeddings', to, model, { ...INPUTS, texts }),
    stream: (to, model) => calling('stream', to, model),
    submit: (to, model) => calling('submit', to, model),
    poll: (to, id) => calling('poll', to, id),
    failure: (thrown) => thrown.failure ?? { message: String(thrown) },
    close: () => child.stdin.end(),
  };
}
