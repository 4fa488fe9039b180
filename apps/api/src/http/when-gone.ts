import { LightAbortController, type AbortSource } from '@reqrun/platform/abort';
import type { FastifyReply } from 'fastify';

/**
 * Aborts when the client closes its connection before it was answered. What was accepted runs on.
 *
 * @param reply its answer
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
