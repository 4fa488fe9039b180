import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

import { ApiError } from './api-error.js';

/** Longest path that an error names, in characters. */
const MAX_NAMED_PATH = 128;
/** Paths of OpenAI's API that are not served, with what to use instead. */
const NOT_SUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/(assistants|threads)\b/, 'Use POST /v1/responses.'],
  [/^\/v1\/realtime\b/, 'Use POST /v1/responses.'],
  [/^\/v1\/responses\/(compact|input_tokens)\b/, 'Call the provider directly for it.'],
  [/^\/v1\/(batches|files|uploads)\b/, 'Send each request by itself; ReqRun queues them.'],
  [/^\/v1\/images\/variations\b/, 'Use POST /v1/images/generations.'],
  [
    /^\/v1\/(containers|conversations|evals|fine_tuning|graders|organization|skills|vector_stores|videos)\b/,
    'Call the provider directly for it.',
  ],
];
/** Shown to a caller whose path is none of those that exist. */
const SERVED =
  'ReqRun serves /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/completions, /v1/moderations, ' +
  '/v1/audio/speech, /v1/audio/transcriptions, /v1/audio/translations, /v1/images/generations, ' +
  '/v1/images/edits, /v1/models, /v1/requests and /v1/policies/simulate.';

/** The routes of a server, to tell a wrong method from a wrong path. */
export class KnownRoutes {
  private readonly routes: { pattern: RegExp; methods: readonly string[] }[] = [];

  /**
   * Notes a route.
   *
   * @param route as it is registered
   */
  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    const pattern = url
      .split('/')
      .map((part) =>
        part === '*'
          ? '.+'
          : part.startsWith(':')
            ? '[^/]+'
            : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/');
    this.routes.push({
      pattern: new RegExp(`^${pattern}/?$`),
      methods: typeof method === 'string' ? [method] : method,
    });
  }

  /**
   * Answers a call that no route takes. `OPTIONS` of a path that exists is answered with its methods.
   *
   * @param request the call
   * @param reply its answer, to which headers are added
   * @returns the error; null where the call is answered
   */
  refusalOf(request: FastifyRequest, reply: FastifyReply): ApiError | null {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = this.methodsAt(path);
    if (methods.length > 0) {
      const allow = [...methods, 'OPTIONS'].join(', ');
      void reply.header('allow', allow);
      if (request.method === 'OPTIONS' && !hasBody(request)) {
        void reply.code(204).send();
        return null;
      }
      return new ApiError('method_not_allowed', {
        message: `${request.method} is not allowed here. Use ${methods.join(' or ')}.`,
      });
    }
    const named = nameOf(path);
    const instead = NOT_SUPPORTED.find(([pattern]) => pattern.test(path))?.[1];
    if (instead !== undefined) {
      return new ApiError('endpoint_not_supported', {
        message: `ReqRun does not support ${named}. ${instead}`,
      });
    }
    const served = path.startsWith('/v1/') ? ` ${SERVED}` : '';
    return new ApiError('not_found', { message: `No route matches ${named}.${served}` });
  }

  private methodsAt(path: string): string[] {
    const methods = this.routes
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((route) => route.methods);
    return [...new Set(methods)].filter((method) => method !== 'OPTIONS').sort();
  }
}

/** A question about methods has no body. One that is left unread would be taken for the next request. */
const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * A path as a message may show it: the words of it. Anything else in it, such as an id, may be a secret of the
 * caller's, and stands as an ellipsis.
 */
function nameOf(path: string): string {
  const shown = path
    .split('/')
    .map((part) => (/^(v\d|[a-z_]{0,32})$/.test(part) ? part : '…'))
    .join('/');
  return shown.length > MAX_NAMED_PATH ? `${shown.slice(0, MAX_NAMED_PATH)}…` : shown;
}
