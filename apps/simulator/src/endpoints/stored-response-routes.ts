import type { FastifyInstance, FastifyReply } from 'fastify';

import { invalidRequest } from '../answers/provider-error.js';
import type { StoredResponses } from './responses.js';

/**
 * Serves the calls about responses that are kept: read, cancel, delete, list the input.
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
      // Each is whole when it is kept, so none can be canceled.
      return found === undefined
        ? notFound(reply, id)
        : reply
            .code(400)
            .send(
              invalidRequest('Only background responses can be cancelled.', null, 'response_id'),
            );
    },
  );
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
