import type { ReactElement } from 'react';

import { Overview } from '../../../../features/overview/overview';

export default function OverviewPage(): ReactElement {
  return <Overview />;
}
