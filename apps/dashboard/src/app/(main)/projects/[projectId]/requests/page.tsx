import type { ReactElement } from 'react';

import { Requests } from '../../../../../features/requests/requests';

export default function RequestsPage(): ReactElement {
  return <Requests />;
}
