import { describeErrorCode } from '@reqrun/contracts';

/**
 * Returns what an error code means, in a sentence.
 *
 * @param code the code; `openai_http_503` and its like say the provider's status
 */
export function meaningOf(code: string): string {
  const status = /^openai_http_(\d{3})$/.exec(code)?.[1];
  return describeErrorCode(code, status === undefined ? null : Number(status)).message;
}
