import { isUtf8 } from 'node:buffer';

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { isUUID } from 'class-validator';
import { JsonScanner } from '@reqrun/platform/json';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { validate, validateQuery } from '../../http/validate.js';

/** Limits of a body's structure. Its length bounds the rest. */
const LIMITS = { depth: 16, structure: Infinity };

/** The body of a call, validated by the rules of a class. A missing body counts as an empty object. */
export const AdminBody = createParamDecorator(
  (type: ClassConstructor<object>, context: ExecutionContext) =>
    validate(type, objectOf(context.switchToHttp().getRequest<FastifyRequest>().body)),
);

/** The query of a call, validated by the rules of a class. */
export const AdminQuery = createParamDecorator(
  (type: ClassConstructor<object>, context: ExecutionContext) =>
    validateQuery(type, context.switchToHttp().getRequest<FastifyRequest>().query as object),
);

/** A UUID in the path. Any other text is answered like one that does not exist. */
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
  if (!isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  // Checked before parsing: a deeply nested text would overflow the stack of recursive code.
  const scanner = new JsonScanner(body, LIMITS);
  scanner.read();
  if (scanner.fault !== null) {
    throw new ApiError(scanner.fault === 'invalid' ? 'invalid_json' : 'json_too_deep');
  }
  const json: unknown = JSON.parse(body.toString('utf8'));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ApiError('invalid_body');
  }
  return json;
}
