import assert from 'node:assert/strict';

import { FORMAT, IMAGE, PROMPT, SENTENCE, TOOL } from './inputs.mjs';

/**
 * A row of the matrix.
 *
 * @typedef {object} Cell
 * @property {string} name
 * @property {(on: { client: import('./adapter.mjs').Adapter, site: import('./site.mjs').Site }) =>
 * Promise<string | void>} check throws if the row does not hold; may return a note on its condition
 */

/** @type {readonly Cell[]} */
export const CELLS = [
  {
    name: 'plain call',
    check: async ({ client, site }) => {
      assert.equal(await client.plain(waiting(client, site), 'sim/ok'), SENTENCE);
      const [{ body }] = passedOn(site, { posts: 1, calls: 1 });
      const content = lastContent(body);
      assert.equal(Array.isArray(content) ? content[0].text : content, PROMPT);
    },
  },
  {
    name: 'tools',
    check: async ({ client, site }) => {
      const { called, text } = await client.tools(waiting(client, site), 'sim/ok');
      const { city } = TOOL.parameters.parse(called);
      assert.equal(typeof city, 'string');
      assert.equal(text, SENTENCE);
      const [asked, given] = passedOn(site, { posts: 2, calls: 2 });
      const [offered] = jsonOf(asked.body).tools;
      const { name, parameters } = offered.function ?? offered;
      assert.equal(jsonOf(asked.body).tool_choice, 'required');
      assert.equal(name, TOOL.name);
      assert.deepEqual(Object.keys(parameters.properties), ['city', 'unit']);
      const { id, result } = toolResult(jsonOf(given.body));
      assert.equal(id, toolCallId(jsonOf(asked.answer)));
      assert.match(JSON.stringify(result), new RegExp(TOOL.result));
    },
  },
  {
    name: 'JSON schema',
    check: async ({ client, site }) => {
      const value = await client.json(waiting(client, site), 'sim/ok');
      assert.deepEqual(FORMAT.schema.parse(value), value);
      const [{ body }] = passedOn(site, { posts: 1, calls: 1 });
      const { response_format: asked, text, tools } = jsonOf(body);
      const names = ['sentiment', 'score'];
      if (asked === undefined && text === undefined) {
        const [{ function: format }] = tools;
        assert.deepEqual(Object.keys(format.parameters.properties), names);
        return 'as a tool';
      }
      const { type, json_schema: format = text?.format } = asked ?? text.format;
      assert.equal(type, 'json_schema');
      assert.deepEqual(Object.keys(format.schema.properties), names);
    },
  },
  {
    name: 'image',
    check: async ({ client, site }) => {
      assert.equal(await client.image(waiting(client, site), 'sim/ok'), SENTENCE);
      const [{ body }] = passedOn(site, { posts: 1, calls: 1 });
      const part = lastContent(body).find(({ type }) => /image/.test(type));
      assert.equal(part.image_url.url ?? part.image_url, IMAGE);
    },
  },
  {
    name: 'responses',
    check: async ({ client, site }) => {
      if (client.responses === undefined) {
        return 'has none';
      }
      assert.equal(await client.responses(waiting(client, site), 'sim/429,ok'), SENTENCE);
      const [{ path }] = passedOn(site, { posts: 1, calls: 2, statuses: [429, 200] });
      assert.equal(path, '/v1/responses');
    },
  },
  {
    name: 'embeddings',
    check: async ({ client, site }) => {
      if (client.embeddings === undefined) {
        return 'has none';
      }
      const vectors = await client.embeddings(waiting(client, site), 'sim/429,ok', ['one', 'two']);
      assert.equal(vectors.length, 2);
      const [{ path }] = passedOn(site, { posts: 1, calls: 2, statuses: [429, 200] });
      assert.equal(path, '/v1/embeddings');
      const dimensions = vectors[0].length;
      assert.ok(dimensions > 0);
      for (const vector of vectors) {
        assert.equal(vector.length, dimensions);
        assert.ok(vector.every((value) => Number.isFinite(value)));
      }
    },
  },
  {
    name: 'stream',
    check: async ({ client, site }) => {
      if (client.stream === undefined) {
        return 'has none';
      }
      assert.equal(await client.stream(waiting(client, site), 'sim/429,ok'), SENTENCE);
      const [{ body }] = passedOn(site, { posts: 1, calls: 2, statuses: [429, 200] });
      assert.equal(jsonOf(body).stream, true);
    },
  },
  {
    name: 'wait by header',
    check: async ({ client, site }) => {
      const to = { ...notWaiting(client, site), headers: { prefer: 'wait=30' } };
      assert.equal(await client.plain(to, 'sim/slow:200'), SENTENCE);
      passedOn(site, { posts: 1, calls: 1 });
    },
  },
  {
    name: 'wait by body field',
    check: async ({ client, site }) => {
      const to = { ...notWaiting(client, site), wait: true };
      assert.equal(await client.plain(to, 'sim/slow:200'), SENTENCE);
      const { sent, got } = site.take();
      assert.deepEqual([sent.length, got.length], [1, 1]);
      const { wait, ...others } = jsonOf(sent[0].body);
      assert.equal(wait, true);
      assert.deepEqual(jsonOf(got[0].body), others);
    },
  },
  {
    name: 'wait by itself',
    check: async ({ client, site }) => {
      assert.equal(await client.plain(waiting(client, site), 'sim/slow:200'), SENTENCE);
      const [{ headers }] = passedOn(site, { posts: 1, calls: 1 });
      assert.equal(headers.prefer, undefined);
    },
  },
  {
    name: '`sim/429,500,ok`',
    check: async ({ client, site }) => {
      assert.equal(await client.plain(waiting(client, site), 'sim/429,500,ok'), SENTENCE);
      passedOn(site, { posts: 1, calls: 3, statuses: [429, 500, 200] });
    },
  },
  {
    name: '400 of the provider',
    check: (on) =>
      failsWith(on, 'sim/400:unsupported_value', 400, 'unsupported_value', { calls: 1 }),
  },
  {
    name: '401 for a wrong key',
    check: (on) =>
      failsWith(on, 'sim/ok', 401, 'invalid_api_key', {
        calls: 0,
        to: { apiKey: 'reqrun_live_wrong' },
      }),
  },
  {
    name: '422 for a key reused',
    check: async (on) => {
      const { client, site } = on;
      const headers = { 'idempotency-key': `matrix-${client.name}` };
      await client.plain({ ...waiting(client, site), headers }, 'sim/ok');
      passedOn(site, { posts: 1, calls: 1 });
      const to = { headers };
      await failsWith(on, 'sim/echo', 422, 'idempotency_key_reused', { calls: 0, to });
    },
  },
  {
    name: '429 of the provider',
    check: (on) =>
      failsWith(on, 'sim/429:insufficient_quota', 429, 'insufficient_quota', { calls: 1 }),
  },
  {
    name: '502 of the provider',
    check: (on) => failsWith(on, 'sim/502:retry-after-ms=10', 502, 'openai_http_502', { calls: 4 }),
  },
  {
    name: "502 for the provider's 401",
    check: (on) => failsWith(on, 'sim/401', 502, 'provider_auth_failed', { calls: 1 }),
  },
  {
    name: 'no retries of its own',
    check: async ({ client, site }) => {
      // A client that ignores x-should-retry repeats the call unless its retries are disabled, as in all
      // cells above. With an idempotency key the repetition is answered without a provider call.
      const { maxRetries: _untold, ...to } = waiting(client, site);
      const again = client.obeysShouldRetry ? {} : { maxRetries: 1 };
      const model = 'sim/504:retry-after-ms=10';
      await assert.rejects(client.plain({ ...to, ...again }, model));
      const posts = client.obeysShouldRetry ? 1 : 2;
      const { sent, got } = site.take();
      assert.deepEqual([sent.length, got.length], [posts, 4 * posts]);
      assert.ok(sent.every(({ answerHeaders }) => answerHeaders['x-should-retry'] === 'false'));
      if (client.obeysShouldRetry) {
        return 'x-should-retry';
      }
      const headers = { 'idempotency-key': `again-${client.name}` };
      await assert.rejects(client.plain({ ...to, ...again, headers }, model));
      const keyed = site.take();
      assert.deepEqual([keyed.sent.length, keyed.got.length], [2, 4]);
      return 'maxRetries: 0';
    },
  },
  {
    name: '202 and a handle',
    check: async ({ client, site }) => {
      const to = notWaiting(client, site);
      if (client.submit !== undefined) {
        const id = await client.submit(to, 'sim/slow:200');
        assert.match(id, /^rr_/);
        assert.equal(await client.poll(to, id), SENTENCE);
        passedOn(site, { posts: 1, calls: 1 });
        return;
      }
      await assert.rejects(client.plain(to, 'sim/ok'));
      const { sent, got } = site.take();
      const posts = client.asksOnHandle ?? 1;
      assert.deepEqual(
        sent.map(({ status }) => status),
        Array(posts).fill(202),
      );
      for (const { answer } of sent) {
        assert.equal((await site.ended(jsonOf(answer).id)).status, 'completed');
      }
      assert.equal(got.length + site.take().got.length, posts);
      return 'needs wait';
    },
  },
];

const waiting = (client, site) => ({ ...site.waiting, ...client.settings });
const notWaiting = (client, site) => ({ ...site.notWaiting, ...client.settings });

const jsonOf = (bytes) => JSON.parse(bytes.toString('utf8'));
/** Content of the last message, of a chat completion or of a response. */
const lastContent = (body) => {
  const { messages, input } = jsonOf(body);
  return (messages ?? input).at(-1).content;
};

/** Id of the call that a model makes of a tool. */
const toolCallId = ({ choices, output }) =>
  choices?.[0].message.tool_calls[0].id ??
  output.find(({ type }) => type === 'function_call').call_id;

/** The result of a tool that is given to a model, and the call that it is of. */
function toolResult({ messages, input }) {
  const last = (messages ?? input).at(-1);
  assert.equal(last.role ?? last.type, messages === undefined ? 'function_call_output' : 'tool');
  return { id: last.tool_call_id ?? last.call_id, result: last.content ?? last.output };
}

/**
 * Asserts that the provider got the client's bodies byte for byte, and the expected number of calls.
 *
 * @returns the bodies that the provider got, in order
 */
function passedOn(site, { posts, calls, statuses }) {
  const { sent, got } = site.take();
  assert.equal(sent.length, posts, 'calls of the client');
  assert.equal(got.length, calls, 'calls of the provider');
  for (const [index, { body }] of got.entries()) {
    const from = sent[posts === 1 ? 0 : index];
    assert.equal(body.toString('utf8'), from.body.toString('utf8'));
  }
  if (statuses !== undefined) {
    assert.deepEqual(
      got.map(({ status }) => status),
      statuses,
    );
    assert.equal(sent[0].answerHeaders['x-reqrun-attempts'], String(calls));
  }
  return got;
}

/** Asserts that the client throws ReqRun's error, and has called only once. */
async function failsWith({ client, site }, model, status, code, { calls, to = {} }) {
  const thrown = await client.plain({ ...waiting(client, site), ...to }, model).then(
    () => assert.fail('The client threw nothing.'),
    (error) => error,
  );
  const { sent, got } = site.take();
  assert.deepEqual([sent.length, got.length], [1, calls]);
  assert.equal(sent[0].status, status);
  const { error } = jsonOf(sent[0].answer);
  assert.equal(error.code, code);
  const failure = client.failure(thrown);
  assert.deepEqual({ status: failure.status, code: failure.code }, { status, code });
  assert.ok(failure.message.includes(error.message), failure.message);
}
