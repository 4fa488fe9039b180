import { networkCause } from './network-cause.js';

const withCode = (code: unknown): Error => Object.assign(new Error('10.0.0.1 sk-secret'), { code });

describe('the cause of a network error', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'UND_ERR_SOCKET'])(
    'is the code %s itself',
    (code) => {
      expect(networkCause(withCode(code))).toBe(code);
    },
  );

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
    'HOSTNAME_MISMATCH',
  ])('is TLS for %s', (code) => {
    expect(networkCause(withCode(code))).toBe('TLS');
  });

  it('is HTTP_PARSER when the answer is not HTTP, whatever else the error holds', () => {
    const error = Object.assign(withCode(undefined), { name: 'HTTPParserError', data: 'SSH-2.0' });
    expect(networkCause(error)).toBe('HTTP_PARSER');
  });

  it('is that of the joined error when every address failed', () => {
    const error = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
    expect(networkCause(Object.assign(error, { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  });

  it.each([undefined, 7, '', 'has spaces', 'lower', 'A'.repeat(65)])(
    'is UNKNOWN when the code is no safe word (%j)',
    (code) => {
      expect(networkCause(withCode(code))).toBe('UNKNOWN');
    },
  );

  it.each([null, undefined, 'ECONNRESET'])(
    'is UNKNOWN when no error object was raised',
    (thrown) => {
      expect(networkCause(thrown)).toBe('UNKNOWN');
    },
  );
});
