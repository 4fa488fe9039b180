import type { ClassConstructor } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';

import { ApiError } from './api-error.js';
import { instanceOf } from './known-fields.js';

/**
 * Checks input against a class's rules.
 *
 * @param type the class with the rules
 * @param input what the caller sent
 * @returns an instance with nothing but what the class knows
 * @throws ApiError `invalid_value` naming the first field that is wrong, by its path
 */
export function validate<T extends object>(type: ClassConstructor<T>, input: object): T {
  const instance = instanceOf(type, input);
  const [error] = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  if (error !== undefined) {
    throw toApiError(error, '');
  }
  return instance;
}

/**
 * Checks a query against a class's rules. A parameter has one value: of two, each reader would take
 * another.
 *
 * @param type the class with the rules
 * @param query what the parser of queries made
 * @throws ApiError `invalid_value` naming the first parameter that is wrong or comes twice
 */
export function validateQuery<T extends object>(type: ClassConstructor<T>, query: object): T {
  for (const [param, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      throw new ApiError('invalid_value', { param, message: `${param} is given more than once.` });
    }
  }
  return validate(type, query);
}

function toApiError(error: ValidationError, path: string): ApiError {
  const param = `${path}${error.property}`;
  const child = error.children?.[0];
  if (child !== undefined) {
    return toApiError(child, `${param}.`);
  }
  const [rule, message] = Object.entries(error.constraints ?? {})[0] ?? [];
  return rule === 'whitelistValidation'
    ? new ApiError('unsupported_parameter', { param, message: `${param} is not a known field.` })
    : new ApiError('invalid_value', { param, message: `${path}${message ?? 'is not allowed'}.` });
}
