import type { ReactElement } from 'react';

import { AcceptInvitation } from '../../features/session/accept-invitation';

export default function InvitationPage(): ReactElement {
  return <AcceptInvitation />;
}
