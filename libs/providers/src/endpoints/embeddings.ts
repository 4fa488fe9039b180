import { EmbeddingEntries } from './embedding-entries.js';
import { inputCountOf } from './embedding-inputs.js';
import { type EndpointModule, invalid, topLevelUsage } from './endpoint-module.js';
import { judgeLargeEmbeddings } from './large-embeddings.js';

/**
 * Answers of embeddings (https://platform.openai.com/docs/api-reference/embeddings/object): an array `data`
 * with exactly one entry for each input, in any order, each index once. A provider that sends fewer would
 * misalign whatever is built from them without a sign.
 *
 * @param count number of inputs of the request; null where it is not known
 */
const embeddingsOf = (count: number | null): EndpointModule => ({
  isAnswer: ({ data }) => Array.isArray(data),
  problemOf({ data }) {
    const entries = new EmbeddingEntries();
    if (Array.isArray(data)) {
      data.forEach((entry: unknown) => entries.add(entry));
    }
    return entries.areWhole(count) ? null : invalid('wrong_shape');
  },
  usageOf: topLevelUsage,
  // There is one vector for each input, or it is no result.
  isCacheable: () => true,
  forRequest: async (body) => embeddingsOf(await inputCountOf(body)),
  judgeLarge: (body) => judgeLargeEmbeddings(body, count, new EmbeddingEntries()),
});

/** Answers of embeddings to any request. */
export const embeddings: EndpointModule = embeddingsOf(null);
