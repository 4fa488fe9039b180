import type { ReactElement } from 'react';

import { Alerts } from '../../../../../features/alerts/alerts';

export default function AlertsPage(): ReactElement {
  return <Alerts />;
}
