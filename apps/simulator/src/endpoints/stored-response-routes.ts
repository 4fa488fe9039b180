import type { FastifyInstance, FastifyReply } from 'fastify';

import { invalidRequest } from '../answers/provider-error.js';
import type { StoredResponses } from './stored-responses.js';

/**
 * Serves the calls about responses that are kept: read, cancel, delete, list the input. `GET /generations` lists
 * all that were generated, also those that are not kept.
 *
 * @param server the simulator
 * @param stored the responses
 */
export function serveStoredResponses(server: FastifyInstance, stored: StoredResponses): void {
  server.get<{ Params: { id: string } }>('/v1/responses/:id', ({ params: { id } }, reply) => {
    return stored.get(id)?.body ?? notFound(reply, id);
  });
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

const notFound = (reply: FastifyReply, id: string): FastifyReply =>
  reply.code(404).send(invalidRequest(`Response with id '${id}' not found.`, null));
