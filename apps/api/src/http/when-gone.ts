import { LightAbortController, type AbortSource } from '@reqrun/platform/abort';
import type { FastifyReply } from 'fastify';

/**
 * Returns a signal that aborts when the client closes its connection before the answer. Accepted requests
 * run on.
 *
 * @param reply the answer
 */
export function whenGone(reply: FastifyReply): AbortSource {
  const gone = new LightAbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone;
}
