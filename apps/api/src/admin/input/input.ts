import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { readJsonBody } from '../../http/json-body.js';
import { validate, validateQuery } from '../../http/validate.js';

/** The body of a call, validated by the rules of a class. A missing body counts as an empty object. */
export const AdminBody = createParamDecorator(
  (type: ClassConstructor<object>, context: ExecutionContext) =>
    validate(type, readJsonBody(context.switchToHttp().getRequest<FastifyRequest>().body)),
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
