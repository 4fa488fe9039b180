import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';

import { ApiError } from '../../http/api-error.js';
import type { AdminCaller } from '../access/admin-caller.js';

const FIELD = 'accept_provider_change';

/** Body of the routes that retry requests. */
export class ProviderAgreement {
  @ApiProperty({
    required: false,
    description:
      'Whether content may go to another server than the project had when it was accepted. Takes an owner who is signed in.',
  })
  @IsOptional()
  @IsBoolean()
  accept_provider_change?: boolean;
}

/**
 * Returns whether a caller agrees that content is sent to another provider than it was accepted for. Users
 * of the dashboard can't see content, and a token is not a person who can agree: it takes an owner's session.
 *
 * @param caller the caller
 * @param body the body of the call
 * @throws ApiError naming the field when the caller may not agree
 */
export function agreesToProvider(caller: AdminCaller, body: ProviderAgreement): boolean {
  if (body.accept_provider_change !== true) {
    return false;
  }
  if (caller.role !== 'owner') {
    throw new ApiError('forbidden', { param: FIELD });
  }
  if (caller.identity.kind !== 'session') {
    throw new ApiError('session_required', { param: FIELD });
  }
  return true;
}

/** Returns the error for a missing agreement. It names the field. */
export const providerChanged = (): ApiError => new ApiError('provider_changed', { param: FIELD });
