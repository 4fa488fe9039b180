import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ApiMetrics } from '../metrics.js';
import type { ApiError } from './api-error.js';
import type { KnownRoutes } from './known-routes.js';
import { toApiError } from './to-api-error.js';

/** Converts errors to answers; no other code does. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  /**
   * @param logger the log of unexpected errors
   * @param metrics counts refusals by code
   * @param routes tell a wrong method from a wrong path
   */
  constructor(
    private readonly logger: Logger,
    private readonly metrics: ApiMetrics,
    private readonly routes: KnownRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /**
   * Answers with an error.
   *
   * @param error the thrown value
   * @param request the call
   * @param reply its answer; if it was already sent, it stays as it is
   */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Nest's own, for a call that no route takes: this code throws ApiError.
    const apiError =
      error instanceof NotFoundException
        ? this.routes.refusalOf(request, reply)
        : toApiError(error);
    if (apiError === null) {
      return;
    }
    if (apiError.code === 'internal_error') {
      this.logger.error('call.failed', { request_id: request.id, ...errorFields(error) });
    }
    this.metrics.refused.inc({ code: apiError.code });
    if (!reply.sent) {
      sendError(reply, apiError);
    }
  }
}

/**
 * Sends an error in the common format.
 *
 * @param reply the answer
 * @param error the error
 */
export function sendError(reply: FastifyReply, error: ApiError): void {
  void reply
    .code(error.status)
    .headers(error.headers)
    .header('content-type', 'application/json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(error.body)));
}
