import type { ReactElement } from 'react';

import { People } from '../../../features/people/people';

export default function PeoplePage(): ReactElement {
  return <People />;
}
