import type { ReactElement } from 'react';

import { RequestDetail } from '../../../../../../features/request/request-detail';

export default function RequestDetailPage(): ReactElement {
  return <RequestDetail />;
}
