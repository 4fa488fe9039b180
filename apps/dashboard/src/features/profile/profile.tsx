'use client';

import type { ReactElement } from 'react';

import { Page } from '../../ui/page';
import { useSession } from '../session/session';
import { NameForm } from './name-form';
import { PasswordForm } from './password-form';
import { Sessions } from './sessions';
import { Tokens } from './tokens';
import { Totp } from './totp';

/** Page of the user's own account: name, password, second factor, sessions, access tokens. */
export function Profile(): ReactElement {
  const { person } = useSession();
  return (
    <Page title="Profile and security" description={`${person.email} · ${person.role}`} width={880}>
      <NameForm person={person} />
      <PasswordForm person={person} />
      <Totp person={person} />
      <Sessions />
      <Tokens />
    </Page>
  );
}
