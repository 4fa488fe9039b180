import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import {
  readChatRequest,
  type ChatRequest,
  type MissingParameter,
} from './answers/chat-request.js';
import { invalidRequest } from './answers/provider-error.js';
import { SchemaTooLarge } from './answers/schema-sample.js';
import type { CallFile } from './calls/call-file.js';
import { CallLog } from './calls/call-log.js';
import { readEmbeddingRequest } from './endpoints/embeddings.js';
import { readResponseRequest } from './endpoints/responses.js';
import {
  readCompletionRequest,
  readImageRequest,
  readModerationRequest,
  readSpeechRequest,
} from './endpoints/small-endpoints.js';
import { serveStoredResponses } from './endpoints/stored-response-routes.js';
import { StoredResponses } from './endpoints/stored-responses.js';
import { readForm, readImageEditRequest, readTranscriptionRequest } from './endpoints/uploads.js';
import { EXAMPLE_MODELS } from './example-models.js';
import { AttemptCounter, readAttemptKey } from './script/attempt-counter.js';
import { InvalidScript, parseScript, stepAt, type ScriptedStep } from './script/script.js';
import { SharedSteps } from './script/shared-steps.js';
import { Exchange } from './steps/exchange.js';
import { play } from './steps/play.js';

/** Options of a simulator. */
export interface SimulatorOptions {
  /** File to which a line per call is appended; none by default. */
  readonly callFile?: CallFile;
  /** How many calls `GET /calls` remembers; 10,000 by default. */
  readonly rememberedCalls?: number;
}

const BODY_LIMIT = 64 * 1024 * 1024;

/** Why a body was refused before it was looked at, by the status Fastify refuses it with. */
const UNREADABLE: Readonly<Record<number, string>> = {
  400: 'We could not parse the body of your request.',
  413: 'The body of your request is larger than 64 MiB.',
  415: 'The body of your request must be application/json or multipart/form-data.',
};

/**
 * A provider that speaks OpenAI's API and fails as the model name says (see docs/simulator.md). It listens only once `listen` is called; `close` drops the calls that hang.
 */
export function createSimulator(options: SimulatorOptions = {}): FastifyInstance {
  const calls = new CallLog(options.rememberedCalls ?? 10_000);
  const attempts = new AttemptCounter();
  const shared = new SharedSteps();
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    // A provider takes any member name; nothing here copies members onto objects.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });

  server.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, readForm);

  const responses = new StoredResponses(options.rememberedCalls ?? 10_000);
  const readers: Readonly<Record<string, (body: unknown) => ChatRequest | MissingParameter>> = {
    '/v1/chat/completions': readChatRequest,
    '/v1/responses': (body) => readResponseRequest(body, responses),
    '/v1/embeddings': readEmbeddingRequest,
    '/v1/completions': readCompletionRequest,
    '/v1/moderations': readModerationRequest,
    '/v1/images/generations': readImageRequest,
    '/v1/audio/speech': readSpeechRequest,
    '/v1/audio/transcriptions': readTranscriptionRequest,
    '/v1/audio/translations': readTranscriptionRequest,
    '/v1/images/edits': readImageEditRequest,
  };
  for (const [path, read] of Object.entries(readers)) {
    server.post(path, (request, reply) => {
      const chat = read(request.body);
      if ('missing' in chat) {
        const message = `Missing required parameter: '${chat.missing}'.`;
        return reply
          .code(400)
          .send(invalidRequest(message, 'missing_required_parameter', chat.missing));
      }
      answer(request, reply, chat);
      return reply;
    });
  }
  serveStoredResponses(server, responses);

  server.get('/v1/models', () => ({ object: 'list', data: EXAMPLE_MODELS.map(modelNamed) }));
  server.get<{ Params: { '*': string } }>('/v1/models/*', (request, reply) => {
    const id = request.params['*'];
    return EXAMPLE_MODELS.includes(id)
      ? modelNamed(id)
      : reply
          .code(404)
          .send(invalidRequest(`The model '${id}' does not exist.`, 'model_not_found', 'model'));
  });
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get<{ Querystring: { request_id?: string } }>('/calls', (request) => ({
    object: 'list',
    data: calls.list(request.query.request_id),
    total: calls.total,
  }));
  server.delete('/calls', (_request, reply) => {
    calls.clear();
    return reply.code(204).send();
  });

  server.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*/s, '');
    const message = `Invalid URL (${request.method} ${path})`;
    return reply.code(404).send(invalidRequest(message, null));
  });
  server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    const message = UNREADABLE[status] ?? 'The simulator could not read or answer this request.';
    return reply.code(status).send(invalidRequest(message, null));
  });
  return server;

  function answer(request: FastifyRequest, reply: FastifyReply, chat: ChatRequest): void {
    const { headers } = request;
    const idempotencyKey = single(headers['idempotency-key']);
    const key = readAttemptKey(idempotencyKey);
    const index = attempts.next(key, single(headers['x-stainless-retry-count']));
    const scripted = scriptedStep(chat.model, index);
    const step = scripted instanceof InvalidScript ? 'invalid' : scripted.text;
    const requestId = key?.requestId ?? null;
    const call = {
      requestId,
      idempotencyKey: idempotencyKey ?? null,
      model: chat.model,
      step,
      startedAt: Date.now(),
      endedAt: null,
      aborted: false,
      userAgent: headers['user-agent'] ?? null,
      traceparent: single(headers['traceparent']) ?? null,
      headers: Object.keys(headers),
    };
    calls.add(call);
    options.callFile?.write({
      time: new Date(call.startedAt).toISOString(),
      request_id: requestId,
      key_number: key?.number ?? null,
      step,
      model: chat.model,
      path: request.url,
    });

    reply.hijack();
    const exchange = new Exchange(chat, reply.raw, call, index + 1);
    if (scripted instanceof InvalidScript) {
      exchange.sendJson(400, invalidRequest(scripted.message, 'invalid_simulation', 'model'));
      return;
    }
    try {
      play(scripted.step, exchange, shared);
    } catch (error) {
      if (!(error instanceof SchemaTooLarge)) {
        throw error;
      }
      const message = 'The simulator makes up no answer for a JSON Schema this large or endless.';
      exchange.sendJson(400, invalidRequest(message, 'invalid_simulation', 'response_format'));
    }
  }
}

const modelNamed = (id: string): object => ({
  id,
  object: 'model',
  created: 0,
  owned_by: 'simulator',
});

function scriptedStep(model: string, index: number): ScriptedStep | InvalidScript {
  try {
    return stepAt(parseScript(model), index);
  } catch (error) {
    if (error instanceof InvalidScript) {
      return error;
    }
    throw error;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
