import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import sirv from 'sirv';

import type { RequestHandler } from './create-server.js';

const BASE = '/docs';
/** Folder of files whose names contain a hash of their contents. */
const HASHED = '/assets/';
const YEAR_S = 31_536_000;
/** Hash of the style that VitePress inserts to switch colors without a transition (`useDark` of VueUse 12). */
const NO_TRANSITION = 'sha256-skqujXORqzxt1aE0NNXxujEanPTX6raoqSscTV/Ww/Y=';

/** Headers of every answer, as next.config.mjs sets them for the pages of the dashboard. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/**
 * Returns whether a request is for the documentation.
 *
 * @param url path and query, as in the request line
 */
export function isDocumentation(url: string): boolean {
  return /^\/docs(?:[/?]|$)/.test(url);
}

/**
 * Creates the handler of the documentation, which apps/docs has built as files. No sign-in is needed.
 *
 * @param folder the built site, with `script-hashes.json` and `site/`
 * @returns handler of requests below `/docs`; without a built site it answers 404 and says how to build it
 */
export function serveDocumentation(folder: string): RequestHandler {
  const site = join(folder, 'site');
  const list = join(folder, 'script-hashes.json');
  if (!existsSync(list)) {
    return (_request, response) =>
      answerText(response, 404, 'The documentation has not been built. Run npm run build.');
  }
  const policy = contentSecurityPolicy(JSON.parse(readFileSync(list, 'utf8')) as string[]);
  const missing = readFileSync(join(site, '404.html'));
  const serve = sirv(site, {
    etag: true,
    brotli: true,
    setHeaders: (response, path) =>
      response.setHeader(
        'cache-control',
        path.startsWith(HASHED) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      ),
  });
  return (request, response) => {
    const path = (request.url ?? '').slice(BASE.length);
    for (const [name, value] of Object.entries(HEADERS)) {
      response.setHeader(name, value);
    }
    response.setHeader('content-security-policy', policy);
    if (!path.startsWith('/')) {
      // Links within the pages are relative to the folder.
      response.writeHead(308, { location: `${BASE}/${path}` }).end();
      return;
    }
    request.url = path;
    serve(request, response, () => {
      response
        .writeHead(404, { 'content-type': 'text/html;charset=utf-8', 'cache-control': 'no-cache' })
        .end(request.method === 'HEAD' ? undefined : missing);
    });
  };
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      ...HEADERS,
      'content-type': 'text/plain;charset=utf-8',
      'cache-control': 'no-store',
    })
    .end(`${text}\n`);
}

/** Allows the inline scripts of the built pages by their hashes, and nothing from elsewhere. */
function contentSecurityPolicy(scriptHashes: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${scriptHashes.map((hash) => `'${hash}'`).join(' ')}`,
    `style-src 'self' '${NO_TRANSITION}'`,
    // The colors of code are style attributes.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
