import type { ClassConstructor } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';

import { ApiError } from './api-error.js';
import { instanceOf } from './known-fields.js';

/**
 * Validates input by the rules of a class.
 *
 * @param type the class with the rules
 * @param input the input, as received
 * @returns an instance with only the fields of the class
 * @throws ApiError `invalid_value` naming the path of the first invalid field
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
 * Validates a query by the rules of a class. A parameter may have only one value: with two, different code
 * could use different ones.
 *
 * @param type the class with the rules
 * @param query the parsed query
 * @throws ApiError `invalid_value` naming the first parameter that is invalid or repeated
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
  if (rule === 'whitelistValidation') {
    return new ApiError('unsupported_parameter', {
      param,
      message: `${param} is not a known field.`,
    });
  }
  return rule === 'isDefined'
    ? new ApiError('missing_required_parameter', { param, message: `${path}${message}.` })
    : new ApiError('invalid_value', { param, message: `${path}${message ?? 'is not allowed'}.` });
}
