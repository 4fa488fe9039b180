/** Number of inputs of the call, and so of vectors in its answer. */
export const INPUTS = 512;
const DIMENSIONS = 1536;
/** Characters of a number: with as many digits as OpenAI's, the answer has 16 MiB. */
const DIGITS = 18;

/** Returns an answer of 16 MiB with a vector for each of {@link INPUTS} inputs. */
export function embeddingsAnswer(): Buffer {
  const vectors = Array.from({ length: INPUTS }, (_, index) => {
    const numbers = Array.from({ length: DIMENSIONS }, (__, at) => component(index, at));
    return `{"object":"embedding","index":${index},"embedding":[${numbers.join(',')}]}`;
  });
  return Buffer.from(
    `{"object":"list","data":[${vectors.join(',')}],"model":"embeddings",` +
      `"usage":{"prompt_tokens":${INPUTS},"total_tokens":${INPUTS}}}`,
  );
}

const component = (index: number, at: number): string =>
  Math.sin(index * DIMENSIONS + at + 1)
    .toFixed(DIGITS)
    .slice(0, DIGITS + 2);
