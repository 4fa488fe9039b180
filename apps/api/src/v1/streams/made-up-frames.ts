import { madeUpStream, streamModuleAt } from '@reqrun/providers';
import type { MadeUpLog, RequestReader, StreamReading } from '@reqrun/requests';

import { cacheHeaders, headersOf } from '../submission/replies.js';

/**
 * Makes frames of stored answers that were no streams, always the same of one answer.
 *
 * @param reader reads answers
 */
export function madeUpFrames(
  reader: RequestReader,
): (reading: StreamReading) => Promise<MadeUpLog | null> {
  return async ({ tenant, id }) => {
    const outcome = await reader.get(tenant, id);
    const answer = outcome?.answer ?? null;
    const stream = streamModuleAt(outcome?.record.endpoint.replace(/^\/v1/, '') ?? '');
    if (outcome === null || answer === null || stream === null) {
      return null;
    }
    const { cacheAgeS } = outcome;
    try {
      return {
        head: {
          answeredBy: outcome.answeredBy,
          headers: {
            ...headersOf(answer.head, cacheAgeS),
            'x-reqrun-attempts': String(outcome.record.attempts),
            ...(cacheAgeS !== null && cacheHeaders(cacheAgeS)),
          },
        },
        frames: madeUpStream(stream, answer.body),
      };
    } finally {
      answer.hold?.done();
    }
  };
}
