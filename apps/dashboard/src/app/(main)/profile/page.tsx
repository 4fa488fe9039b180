import type { ReactElement } from 'react';

import { Profile } from '../../../features/profile/profile';

export default function ProfilePage(): ReactElement {
  return <Profile />;
}
