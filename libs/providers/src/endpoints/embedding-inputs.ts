import { elementsOf, firstByteOf, memberNamed, scanGradually } from '@reqrun/platform/json';

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;

/**
 * The number of inputs of a request for embeddings, read from its bytes: a text is one, an array of numbers (the
 * tokens of one text) is one, an array of texts or of token arrays is as many as it has elements
 * (https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-input).
 *
 * @param body JSON
 * @returns null for anything else
 */
export async function inputCountOf(body: Buffer): Promise<number | null> {
  const { members, fault } = await scanGradually(body);
  const input = memberNamed(members, 'input');
  if (fault !== null || input === undefined) {
    return null;
  }
  const first = body[input.valueStart];
  if (first === QUOTE) {
    return 1;
  }
  if (first !== OPEN_BRACKET) {
    return null;
  }
  const inside = firstByteOf(body, input.valueStart + 1);
  if (inside !== QUOTE && inside !== OPEN_BRACKET) {
    return 1;
  }
  const elements = elementsOf(body, input.valueStart, input.end);
  let count = 0;
  while (elements.next().done !== true) {
    count += 1;
  }
  return count;
}
