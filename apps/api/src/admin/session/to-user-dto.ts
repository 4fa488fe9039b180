import type { User } from '@reqrun/users';

import type { UserDto } from './session.dto.js';

/**
 * Converts a user to its form in the admin API.
 *
 * @param user the user
 */
export function toUserDto(user: User): UserDto {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    created_at: user.createdAt.toISOString(),
    last_sign_in_at: user.lastSignInAt?.toISOString() ?? null,
    totp_enabled: user.totpEnabled,
    disabled_at: user.disabledAt?.toISOString() ?? null,
  };
}
