import { messageVerdict } from './call-failure.js';

describe('messageVerdict', () => {
  it.each([
    'Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 30601. The input or output tokens must be reduced in order to run successfully.',
    'Request too large for gpt-4.1-2025-04-14 (for limit gpt-4.1) in organization org-x on tokens per min (TPM): Limit 30000, Requested 37313.',
    '  request too large',
  ])('recognises a request that asks for more than the limit: %s', (message) => {
    expect(messageVerdict(message)).toBe('request_too_large');
  });

  it.each([
    'Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.',
    'You exceeded your current quota, please check your plan and billing details.',
    'Request too largely phrased',
    'Rate limit reached while answering "Request too large for gpt-4o"',
    '',
  ])('leaves other messages alone, also those that quote the words: %s', (message) => {
    expect(messageVerdict(message)).toBeNull();
  });

  it.each([
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01.',
    'Your credit balance is too low to access the Anthropic API.',
  ])('recognises a limit that is spent: %s', (message) => {
    expect(messageVerdict(message)).toBe('quota_exhausted');
  });

  it('leaves a message alone that quotes one of a spent limit', () => {
    expect(messageVerdict('Bad: You have reached your specified API usage limits.')).toBeNull();
  });
});
