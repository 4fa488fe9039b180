import type { Person } from '@reqrun/people';

import type { PersonDto } from './session.dto.js';

/**
 * A person as the admin API shows it.
 *
 * @param person who
 */
export function showPerson(person: Person): PersonDto {
  return {
    id: person.id,
    email: person.email,
    name: person.name,
    role: person.role,
    created_at: person.createdAt.toISOString(),
    last_sign_in_at: person.lastSignInAt?.toISOString() ?? null,
    totp_enabled: person.totpEnabled,
    disabled_at: person.disabledAt?.toISOString() ?? null,
  };
}
