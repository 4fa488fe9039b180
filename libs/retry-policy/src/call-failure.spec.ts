import { isRequestTooLargeMessage } from './call-failure.js';

describe('isRequestTooLargeMessage', () => {
  it.each([
    'Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 30601. The input or output tokens must be reduced in order to run successfully.',
    'Request too large for gpt-4.1-2025-04-14 (for limit gpt-4.1) in organization org-x on tokens per min (TPM): Limit 30000, Requested 37313.',
    '  request too large',
  ])('recognises a request that asks for more than the limit: %s', (message) => {
    expect(isRequestTooLargeMessage(message)).toBe(true);
  });

  it.each([
    'Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.',
    'You exceeded your current quota, please check your plan and billing details.',
    'Request too largely phrased',
    'Rate limit reached while answering "Request too large for gpt-4o"',
    '',
  ])('leaves other messages alone, also those that quote the words: %s', (message) => {
    expect(isRequestTooLargeMessage(message)).toBe(false);
  });
});
