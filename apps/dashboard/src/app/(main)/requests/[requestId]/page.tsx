import type { ReactElement } from 'react';

import { FindRequest } from '../../../../features/request/find-request';

export default function FindRequestPage(): ReactElement {
  return <FindRequest />;
}
