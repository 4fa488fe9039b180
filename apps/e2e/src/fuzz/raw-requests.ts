import fc from 'fast-check';

/** A request as sent. */
export interface RawRequest {
  readonly method: string;
  readonly text: string;
}

/** Request that an attacker hides in another request's body. */
const HIDDEN = 'GET /health/live?hidden HTTP/1.1\r\nHost: x\r\n\r\n';
const CHUNKED = `5\r\nhello\r\n0\r\n\r\n${HIDDEN}`;
const LENGTH = HIDDEN.length;

/** Headers with two lengths, or with an invalid one (RFC 9112, 6.1 and 6.3). */
const AMBIGUOUS: readonly (readonly [headers: string, body: string])[] = [
  [`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\nContent-Length: ${LENGTH}\r\n`, `0\r\n\r\n${HIDDEN}`],
  [`Content-Length: 0\r\nContent-Length: ${LENGTH}\r\n`, HIDDEN],
  [`Content-Length: ${LENGTH}, 0\r\n`, HIDDEN],
  [`Content-Length: +5\r\n`, `hello${HIDDEN}`],
  [`Content-Length: -1\r\n`, HIDDEN],
  [`Content-Length: 0x5\r\n`, `hello${HIDDEN}`],
  [`Content-Length: 5 5\r\n`, `hello${HIDDEN}`],
  [`Content-Length: 99999999999999999999999\r\n`, HIDDEN],
  [`Content-Length : 5\r\n`, `hello${HIDDEN}`],
  [`Transfer-Encoding : chunked\r\n`, CHUNKED],
  [`Transfer-Encoding: xchunked\r\n`, CHUNKED],
  [`Transfer-Encoding: chunked, identity\r\n`, CHUNKED],
  [`Transfer-Encoding: identity\r\nContent-Length: 5\r\n`, `hello${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n`, CHUNKED],
  [`Transfer-Encoding:\x0bchunked\r\n`, CHUNKED],
  [`Transfer-Encoding: chunked\r\n`, `-5\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\n`, `5hello\r\n0\r\n\r\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\n`, `fffffffffffffffff\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\n`, `3\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\n`, `5\nhello\n0\n\n${HIDDEN}`],
  [`Transfer-Encoding: chunked\r\n`, `5;\r\x00\nhello\r\n0\r\n\r\n${HIDDEN}`],
];

/** Header lines that are invalid or unexpected. */
const LINES = [
  ...['Host: y', 'Host:', 'X\x00Y: 1', 'X: a\x00b', 'X: a\rb', ': no name', 'no colon', ' folded'],
  ...['Expect: tea', 'Upgrade: h2c', 'Connection: close, x', 'Connection: host', 'Te: trailers'],
  ...['Cookie: reqrun_session=a\xff', 'Authorization: Bearer \xff', 'X-Forwarded-For: =cmd|x'],
  ...['X-Forwarded-Host: evil.example', 'X-Original-Url: /admin', 'Range: bytes=0-1,0-1,0-1'],
  ...[
    'Content-Type: \xff',
    'Accept: ',
    `X: ${'a'.repeat(20_000)}`,
    'X-HTTP-Method-Override: DELETE',
  ],
];
const METHODS = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'SEARCH'],
  ...['get', 'G\x00T', 'PRI', 'FOO', 'M-SEARCH', 'QUERY', ''],
];
const TARGETS = [
  ...['/', '*', '', '//', '/..', '/../../etc/passwd', '/%2e%2e/', '/%00', '/%zz', '/\x00', '/\xff'],
  ...['http://x/', 'http://x/v1/requests', 'HTTP://x:99999/', 'x:443', 'ftp://x/', '/v1/%', '/ ?'],
  ...['/%76%31/requests', '/%61dmin/session', '/admin/session', '/v1/requests', '/health/live'],
  ...[
    '/_next/image?url=%2f%2fevil.example&w=1&q=1',
    '/sign-in?next=//evil.example',
    '/;/a',
    '/a#b',
  ],
  `/${'a'.repeat(5_000)}`,
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.1 ',
  'http/1.1',
  'HTTP/9',
  '',
];

/** Requests whose length two parsers could read differently, with another request after each. */
export const ambiguousRequest: fc.Arbitrary<RawRequest> = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'PUT'),
    fc.constantFrom('/', '/v1/chat/completions', '/admin/session', '/%76%31/requests', '/nowhere'),
    fc.constantFrom(...AMBIGUOUS),
    fc.constantFrom('', 'Connection: keep-alive\r\n', 'Connection: content-length\r\n'),
  )
  .map(([method, target, [headers, body], more]) => ({
    method,
    text: `${method} ${target} HTTP/1.1\r\nHost: x\r\n${more}${headers}\r\n${body}`,
  }));

/** Requests with unusual heads and no body. */
export const strangeRequest: fc.Arbitrary<RawRequest> = fc
  .tuple(
    fc.constantFrom(...METHODS),
    fc.constantFrom(...TARGETS),
    fc.oneof({ weight: 4, arbitrary: fc.constant('HTTP/1.1') }, fc.constantFrom(...VERSIONS)),
    fc.constantFrom('Host: x\r\n', 'Host: x\r\n', 'Host: x\r\nHost: y\r\n', ''),
    fc.array(fc.constantFrom(...LINES), { maxLength: 2 }),
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r'),
  )
  .map(([method, target, version, host, lines, end]) => ({
    method,
    text:
      `${method} ${target} ${version}\r\n${host}Content-Length: 0\r\n` +
      `${lines.map((line) => `${line}${end}`).join('')}\r\n`,
  }));
