import { isUtf8 } from 'node:buffer';

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { isUUID } from 'class-validator';
import { jsonSize } from '@reqrun/platform/json';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { validate, validateQuery } from '../../http/validate.js';

/** No body of the admin API needs more. */
const MAX_DEPTH = 16;

/** The body of a call, checked against the rules of a class; no body counts as an empty one. */
export const AdminBody = createParamDecorator(
  (type: ClassConstructor<object>, context: ExecutionContext) =>
    validate(type, objectOf(context.switchToHttp().getRequest<FastifyRequest>().body)),
);

/** The query of a call, checked against the rules of a class. */
export const AdminQuery = createParamDecorator(
  (type: ClassConstructor<object>, context: ExecutionContext) =>
    validateQuery(type, context.switchToHttp().getRequest<FastifyRequest>().query as object),
);

/** A UUID in the path; anything else reads like one that does not exist. */
export const UuidParam = createParamDecorator((name: string, context: ExecutionContext) => {
  const parameters = context.switchToHttp().getRequest<FastifyRequest>().params;
  const value = (parameters as Readonly<Record<string, string>>)[name] ?? '';
  if (!isUUID(value)) {
    throw new ApiError('not_found', { param: name });
  }
  return value.toLowerCase();
});

function objectOf(body: unknown): object {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    return {};
  }
  const text = isUtf8(body) ? body.toString('utf8') : '';
  // Asked before parsing: a text that is deep enough breaks whoever walks it recursively.
  if (jsonSize(text).depth > MAX_DEPTH) {
    throw new ApiError('json_too_deep');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ApiError('invalid_json');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ApiError('invalid_body');
  }
  return json;
}
