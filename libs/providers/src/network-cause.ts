const SAFE_WORD = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * The certificate codes of OpenSSL (X509_V_ERR_…, as Node names them), Node's own ERR_TLS_… and
 * ERR_SSL_…, and EPROTO, which is what a failed handshake raises.
 */
const TLS_CODE =
  /CERT|CRL|TLS|SSL|SIGNATURE|^(EPROTO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)$/;

const RENAMED: Readonly<Record<string, string>> = {
  UND_ERR_DESTROYED: 'CLIENT_CLOSED',
  UND_ERR_CLOSED: 'CLIENT_CLOSED',
  UND_ERR_INVALID_ARG: 'INVALID_REQUEST',
};

/**
 * The word that stands for an error of the connection. Only the error's code is looked at: messages
 * hold addresses, and parser errors hold the answer's bytes.
 */
export function networkCause(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return 'UNKNOWN';
  }
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'HTTPParserError') {
    // undici's parser errors are meant to carry a code of their own, and in 7.30 they do not.
    return 'HTTP_PARSER';
  }
  if (typeof code !== 'string' || !SAFE_WORD.test(code)) {
    return 'UNKNOWN';
  }
  return RENAMED[code] ?? (TLS_CODE.test(code) ? 'TLS' : code);
}
