import { ApiProperty } from '@nestjs/swagger';

import type { EndpointDescription } from '../submission/endpoint-controller.js';
import { ExtensionFields } from '../../policy/extension-fields.dto.js';

const text = { type: 'string', minLength: 1 } as const;

/** The body of a request for embeddings: OpenAI's, and our fields beside it. */
class EmbeddingBody extends ExtensionFields {
  @ApiProperty({ maxLength: 256, description: 'A name; it is never interpreted.' })
  model!: string;

  @ApiProperty({
    description: 'A text, texts, the tokens of a text, or token arrays.',
    oneOf: [text, { type: 'array', minItems: 1, items: {} }],
  })
  input!: unknown;
}

/** Embeddings, as the OpenAPI document describes them. */
export const embeddings: EndpointDescription = {
  tag: 'Embeddings',
  noun: 'embedding',
  createId: 'createEmbedding',
  createSummary: 'Accept a request for embeddings durably, then run it',
  createDescription:
    'The body passes through to the provider untouched, less the fields that are ours. An answer counts ' +
    'only with exactly one embedding for each input.',
  retrieveId: 'retrieveEmbedding',
  retrieveSummary: 'The embeddings of a request',
  body: EmbeddingBody,
};
