import type { ChatRequest, MissingParameter } from '../answers/chat-request.js';
import { fieldsOf, inputsOf, modelOf, plainRequest } from './fields.js';

const DIMENSIONS = 8;
const MAX_DIMENSIONS = 4096;

/**
 * Reads a request for embeddings (https://platform.openai.com/docs/api-reference/embeddings/create). Its vectors
 * follow from the texts: equal texts have equal vectors. Odd answers: `fewer` lacks the last entry, `twice` has
 * an index twice.
 *
 * @param body the parsed JSON
 */
export function readEmbeddingRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  const texts = inputsOf(fields['input']);
  if (typeof model !== 'string') {
    return model;
  }
  if (texts === null) {
    return { missing: 'input' };
  }
  const wanted = fields['dimensions'];
  const dimensions =
    typeof wanted === 'number' && wanted >= 1 ? Math.min(wanted, MAX_DIMENSIONS) : DIMENSIONS;
  const isBase64 = fields['encoding_format'] === 'base64';
  return plainRequest(model, texts, (_answer, oddity) => {
    const entries = texts.map((text, index) => {
      const vector = vectorOf(text, dimensions);
      return {
        object: 'embedding',
        index: oddity?.kind === 'twice' ? 0 : index,
        embedding: isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector],
      };
    });
    const tokens = texts.reduce((sum, text) => sum + Math.max(1, Math.ceil(text.length / 4)), 0);
    return {
      object: 'list',
      data: oddity?.kind === 'fewer' ? entries.slice(0, -1) : entries,
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  });
}

/** A vector of length 1 that follows from a text. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = Float32Array.from(
    { length: dimensions },
    (_, at) => (((at + 1) * 37) % 101) / 101,
  );
  for (let at = 0; at < text.length; at += 1) {
    vector[at % dimensions] =
      (vector[at % dimensions] ?? 0) + ((text.charCodeAt(at) * (at + 7)) % 101) - 50;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
