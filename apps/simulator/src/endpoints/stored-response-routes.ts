import type { FastifyInstance, FastifyReply } from 'fastify';

import { invalidRequest } from '../answers/provider-error.js';
import { showGeneration } from '../streams/play-generation.js';
import { EVENT_STREAM } from '../answers/prepared-answer.js';
import type { Generation, StoredResponses } from './stored-responses.js';

/** Parameters with which a response is asked for as a stream. */
interface StreamQuery {
  stream?: string;
  starting_after?: string;
}

/**
 * Serves the calls about responses that are kept: read, cancel, delete, list the input. `GET /generations` lists
 * all that were generated, also those that are not kept.
 *
 * @param server the simulator
 * @param stored the responses
 */
export function serveStoredResponses(server: FastifyInstance, stored: StoredResponses): void {
  server.get<{ Params: { id: string }; Querystring: StreamQuery }>(
    '/v1/responses/:id',
    ({ params: { id }, query }, reply) => {
      const found = stored.get(id);
      if (found === undefined) {
        return notFound(reply, id);
      }
      return query.stream === 'true' ? showStream(found, query, reply) : found.body;
    },
  );
  server.post<{ Params: { id: string } }>(
    '/v1/responses/:id/cancel',
    ({ params: { id } }, reply) => {
      const found = stored.get(id);
      if (found === undefined) {
        return notFound(reply, id);
      }
      if (!found.isInBackground) {
        const message = 'Only background responses can be cancelled.';
        return reply.code(400).send(invalidRequest(message, null, 'response_id'));
      }
      found.cancel();
      return found.body;
    },
  );
  server.get('/generations', () => {
    const data = stored.list().map(({ id, body }) => ({
      id,
      model: body['model'],
      status: body['status'],
    }));
    return { object: 'list', data, total: data.length };
  });
  server.delete<{ Params: { id: string } }>('/v1/responses/:id', ({ params: { id } }, reply) =>
    stored.delete(id) ? { id, object: 'response', deleted: true } : notFound(reply, id),
  );
  server.get<{ Params: { id: string } }>(
    '/v1/responses/:id/input_items',
    ({ params: { id } }, reply) => {
      const found = stored.get(id);
      return found === undefined
        ? notFound(reply, id)
        : {
            object: 'list',
            data: found.inputItems,
            first_id: null,
            last_id: null,
            has_more: false,
          };
    },
  );
}

/** Shows the stream of a response in the background from an event on. */
function showStream(
  found: Generation,
  { starting_after: after }: StreamQuery,
  reply: FastifyReply,
): FastifyReply {
  const refuse = (message: string, param: string | null): FastifyReply =>
    reply.code(400).send(invalidRequest(message, null, param));
  if (after !== undefined && !/^\d{1,9}$/.test(after)) {
    return refuse('starting_after must be a sequence number.', 'starting_after');
  }
  if (found.script === null) {
    return refuse('Only responses created with background and stream can be streamed.', 'stream');
  }
  if (found.elapsedMs > found.script.ttlMs) {
    return refuse('This response is too old to be streamed.', 'stream');
  }
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': EVENT_STREAM });
  const from = after === undefined ? 0 : Number(after) + 1;
  showGeneration(found, reply.raw, from, () => reply.raw.socket?.destroy());
  return reply;
}

const notFound = (reply: FastifyReply, id: string): FastifyReply =>
  reply.code(404).send(invalidRequest(`Response with id '${id}' not found.`, null));
