import { BadRequestException, NotFoundException } from '@nestjs/common';
import { UserError } from '@reqrun/users';
import { DatabaseError } from '@reqrun/platform/database';
import { AcceptanceUnknownError } from '@reqrun/requests';

import { ApiError } from './api-error.js';
import { toApiError } from './to-api-error.js';

describe('whatever was thrown becomes a code of ours', () => {
  it.each([
    [new ApiError('result_expired'), 'result_expired', 410],
    [new UserError('last_owner'), 'last_owner', 409],
    [new DatabaseError('unavailable', '57P01'), 'database_unavailable', 503],
    [new DatabaseError('conflict', '40P01'), 'database_unavailable', 503],
    [new AcceptanceUnknownError(), 'acceptance_unknown', 503],
    [new DatabaseError('data', '22021'), 'internal_error', 500],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'database_unavailable', 503],
    [new NotFoundException('x'), 'not_found', 404],
    [new BadRequestException('x'), 'bad_request', 400],
    [Object.assign(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }), 'body_too_large', 413],
    [
      Object.assign(new Error('x'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }),
      'unsupported_media_type',
      415,
    ],
    [Object.assign(new Error('x'), { statusCode: 418 }), 'bad_request', 400],
    [new Error('x'), 'internal_error', 500],
    ['x', 'internal_error', 500],
  ])('%p', (thrown, code, status) => {
    const error = toApiError(thrown);
    expect([error.code, error.status]).toEqual([code, status]);
  });

  it('and none of its own words reach the caller', () => {
    for (const thrown of [
      new Error('SECRET'),
      new BadRequestException('SECRET'),
      Object.assign(new Error('SECRET'), { code: 'ECONNRESET' }),
    ]) {
      expect(JSON.stringify(toApiError(thrown).body)).not.toContain('SECRET');
    }
  });

  it('what was not accepted says when to come back, and that it may', () => {
    expect(toApiError(new DatabaseError('unavailable', null)).headers).toEqual({
      'retry-after': '2',
      'x-should-retry': 'true',
    });
  });

  it('whoever has to wait is told for how long, and whose input is wrong which field', () => {
    const wait = new UserError('too_many_attempts', { retryAfterSeconds: 90 });
    expect(toApiError(wait).headers).toEqual({ 'retry-after': '90' });
    const wrong = new UserError('invalid_value', { param: 'password', message: 'It is short.' });
    expect(toApiError(wrong).body.error).toMatchObject({
      param: 'password',
      message: 'It is short.',
    });
  });

  it('every error body has all four keys', () => {
    expect(Object.keys(toApiError(new Error('x')).body.error)).toEqual([
      'message',
      'type',
      'param',
      'code',
    ]);
  });
});
